// Passes of narrow layers, fused with what is beside them, for one real type and one instruction
// set; included twice by elementwise_body.h with REAL and TYPED(name) defined.
//
// The head is a linear layer of N outputs (at most 8) on y = phi(z): one sweep does what would be
// a narrow product and two elementwise passes, and the gradient at the pre-activation below it,
// zbar = phi'(y) * sum_a gbar[a] w[a], is formed anew where it is needed: N multiplications
// instead of one number from memory. The bottom is a dense layer of N inputs (at most 8), whose
// tangent and reverse pass are N multiplications an entry instead of a matrix product.
//
// Columns go by whole vectors. What is left at the end is one more vector that overlaps the last
// whole one: entries written there are written twice with the same value, and of sums only the
// entries beyond the overlap are kept. So a row has at least one vector's columns.

#define VECTOR TYPED(vector)
typedef REAL VECTOR __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(REAL))));
#define LANES ((ptrdiff_t)(VECTOR_BYTES / sizeof(REAL)))

static inline VECTOR TYPED(load)(const REAL *p) { return *(const VECTOR *)p; }
static inline void TYPED(store)(REAL *p, VECTOR v) { *(VECTOR *)p = v; }

// phi'(y) * v for tanh (kind 1) and relu (kind 2).
static inline VECTOR TYPED(sloped)(const int KIND, VECTOR y, VECTOR v)
    __attribute__((always_inline));
static inline VECTOR TYPED(sloped)(const int KIND, VECTOR y, VECTOR v) {
  return KIND == 1 ? (1 - y * y) * v : (VECTOR)((y > 0) & (__typeof__(y > 0))v);
}

// The first column of chunk c of a row of `columns`: the last chunk ends where the row ends.
static inline ptrdiff_t TYPED(chunk)(ptrdiff_t c, ptrdiff_t columns) {
  return (c + 1) * LANES <= columns ? c * LANES : columns - LANES;
}

// sum[first ...] += v, without the entries that chunk c shares with the one before it.
static inline void TYPED(add_chunk)(REAL *sum, VECTOR v, ptrdiff_t c, ptrdiff_t first) {
  for (ptrdiff_t q = c * LANES - first; q < LANES; q++) sum[first + q] += v[q];
}

#define AHEAD 16
#define INLINE static inline __attribute__((always_inline))

// Four rows at a time (`rows` is a multiple of it), so that weights are loaded once for them; the
// sums of a row stay vectors up to its end.
INLINE void TYPED(head_tangent_rows)(REAL *restrict out, const REAL *restrict zdot,
                                     const REAL *restrict y, const REAL *restrict bias,
                                     const REAL *restrict w, const REAL *restrict wdot,
                                     const REAL *restrict head_bias_tangent,
                                     const REAL *restrict gbar, REAL *restrict head_gradient,
                                     ptrdiff_t rows, ptrdiff_t columns, const int KIND,
                                     const int N, const int CROSS) {
  enum { ROWS = 4 };
  ptrdiff_t whole = columns / LANES, chunks = (columns + LANES - 1) / LANES;
  ptrdiff_t end = columns - LANES, shared = whole * LANES - end;
  VECTOR end_weight[8], end_tangent[8], end_gradient[8];
  for (int a = 0; a < N; a++) {
    end_weight[a] = TYPED(load)(w + a * columns + end);
    end_tangent[a] = TYPED(load)(wdot + a * columns + end);
    for (ptrdiff_t q = 0; q < shared && q < LANES; q++) end_weight[a][q] = end_tangent[a][q] = 0;
    end_gradient[a] = (VECTOR){0};
  }
  for (ptrdiff_t i = 0; i < rows; i += ROWS) {
    VECTOR sum[8][ROWS];
    for (int a = 0; a < N; a++)
      for (int r = 0; r < ROWS; r++) sum[a][r] = (VECTOR){0};
    for (ptrdiff_t c = 0; c < chunks; c++) {
      ptrdiff_t first = c < whole ? c * LANES : end;
      VECTOR value[ROWS], t[ROWS], b = TYPED(load)(bias + first);
      for (int r = 0; r < ROWS; r++) {
        __builtin_prefetch(y + (i + r + AHEAD) * columns + first);
        value[r] = TYPED(load)(y + (i + r) * columns + first);
        t[r] = TYPED(sloped)(KIND, value[r],
                             TYPED(load)(zdot + (i + r) * columns + first) + b);
      }
      for (int a = 0; a < N; a++) {
        VECTOR weight = c < whole ? TYPED(load)(w + a * columns + first) : end_weight[a];
        VECTOR tangent = c < whole ? TYPED(load)(wdot + a * columns + first) : end_tangent[a];
        for (int r = 0; r < ROWS; r++) sum[a][r] += t[r] * weight + value[r] * tangent;
        if (!CROSS) continue;
        VECTOR gradient = {0};
        for (int r = 0; r < ROWS; r++) gradient += gbar[(i + r) * N + a] * t[r];
        if (c < whole) {
          REAL *place = head_gradient + a * columns + first;
          TYPED(store)(place, TYPED(load)(place) + gradient);
        } else {
          end_gradient[a] += gradient;
        }
      }
    }
    for (int r = 0; r < ROWS; r++)
      for (int a = 0; a < N; a++) out[(i + r) * N + a] = TYPED(fold)(&sum[a][r]) + head_bias_tangent[a];
  }
  if (CROSS && chunks > whole)
    for (int a = 0; a < N; a++)
      TYPED(add_chunk)(head_gradient + a * columns, end_gradient[a], whole, end);
}

INLINE void TYPED(head_reverse_rows)(REAL *restrict zbar, const REAL *restrict y,
                                     const REAL *restrict w, const REAL *restrict gbar,
                                     REAL *restrict bias_gradient,
                                     REAL *restrict head_gradient, ptrdiff_t rows,
                                     ptrdiff_t columns, const int KIND, const int N) {
  ptrdiff_t chunks = (columns + LANES - 1) / LANES;
  for (ptrdiff_t c = 0; c < chunks; c++) {
    ptrdiff_t first = TYPED(chunk)(c, columns);
    VECTOR weight[8], gradient[8], bias = {0};
    for (int a = 0; a < N; a++) {
      weight[a] = TYPED(load)(w + a * columns + first);
      gradient[a] = (VECTOR){0};
    }
    for (ptrdiff_t i = 0; i < rows; i++) {
      VECTOR value = TYPED(load)(y + i * columns + first), sum = {0};
      for (int a = 0; a < N; a++) {
        REAL g = gbar[i * N + a];
        sum += g * weight[a];
        gradient[a] += g * value;
      }
      VECTOR z = TYPED(sloped)(KIND, value, sum);
      TYPED(store)(zbar + i * columns + first, z);
      bias += z;
    }
    TYPED(add_chunk)(bias_gradient, bias, c, first);
    for (int a = 0; a < N; a++)
      TYPED(add_chunk)(head_gradient + a * columns, gradient[a], c, first);
  }
}

INLINE void TYPED(head_reverse_tangent_rows)(
    REAL *restrict zbardot, const REAL *restrict y, const REAL *restrict zdot,
    const REAL *restrict bias_tangent, const REAL *restrict w, const REAL *restrict wdot,
    const REAL *restrict gbar, const REAL *restrict gbardot, REAL *restrict bias_gradient,
    REAL *restrict head_gradient, ptrdiff_t rows, ptrdiff_t columns, const int KIND,
    const int N) {
  ptrdiff_t chunks = (columns + LANES - 1) / LANES;
  for (ptrdiff_t c = 0; c < chunks; c++) {
    ptrdiff_t first = TYPED(chunk)(c, columns);
    VECTOR weight[8], tangent[8], gradient[8], bias = {0};
    VECTOR b = TYPED(load)(bias_tangent + first);
    for (int a = 0; a < N; a++) {
      weight[a] = TYPED(load)(w + a * columns + first);
      tangent[a] = TYPED(load)(wdot + a * columns + first);
      gradient[a] = (VECTOR){0};
    }
    for (ptrdiff_t i = 0; i < rows; i++) {
      VECTOR value = TYPED(load)(y + i * columns + first), sum = {0}, bend = {0};
      for (int a = 0; a < N; a++) {
        REAL g = gbar[i * N + a], gdot = gbardot[i * N + a];
        sum += gdot * weight[a] + g * tangent[a];
        if (KIND == 1) bend += g * weight[a];
        gradient[a] += gdot * value;
      }
      if (KIND == 1)
        sum -= 2 * value * ((TYPED(load)(zdot + i * columns + first) + b) * bend);
      VECTOR z = TYPED(sloped)(KIND, value, sum);
      TYPED(store)(zbardot + i * columns + first, z);
      bias += z;
    }
    TYPED(add_chunk)(bias_gradient, bias, c, first);
    for (int a = 0; a < N; a++)
      TYPED(add_chunk)(head_gradient + a * columns, gradient[a], c, first);
  }
}

// Row by row, because y comes from memory here, and memory gives rows in order fastest.
INLINE void TYPED(bottom_tangent_rows)(REAL *restrict ydot, const REAL *restrict y,
                                       const REAL *restrict x, const REAL *restrict wdot,
                                       const REAL *restrict bias_tangent, ptrdiff_t rows,
                                       ptrdiff_t columns, const int KIND, const int N) {
  ptrdiff_t chunks = (columns + LANES - 1) / LANES;
  for (ptrdiff_t i = 0; i < rows; i++, x += N, y += columns, ydot += columns)
    for (ptrdiff_t c = 0; c < chunks; c++) {
      ptrdiff_t first = TYPED(chunk)(c, columns);
      __builtin_prefetch(y + AHEAD * columns + first);
      VECTOR z = TYPED(load)(bias_tangent + first);
      for (int p = 0; p < N; p++) z += x[p] * TYPED(load)(wdot + p * columns + first);
      TYPED(store)(ydot + first, TYPED(sloped)(KIND, TYPED(load)(y + first), z));
    }
}

INLINE void TYPED(bottom_reverse_rows)(const REAL *restrict ybar, const REAL *restrict y,
                                       const REAL *restrict x, REAL *restrict gradient,
                                       REAL *restrict bias_gradient, ptrdiff_t rows,
                                       ptrdiff_t columns, const int KIND, const int N) {
  ptrdiff_t chunks = (columns + LANES - 1) / LANES;
  for (ptrdiff_t c = 0; c < chunks; c++) {
    ptrdiff_t first = TYPED(chunk)(c, columns);
    VECTOR sum[8], bias = {0};
    for (int p = 0; p < N; p++) sum[p] = (VECTOR){0};
    for (ptrdiff_t i = 0; i < rows; i++) {
      VECTOR value = TYPED(load)(y + i * columns + first);
      VECTOR z = TYPED(sloped)(KIND, value, TYPED(load)(ybar + i * columns + first));
      bias += z;
      for (int p = 0; p < N; p++) sum[p] += x[i * N + p] * z;
    }
    TYPED(add_chunk)(bias_gradient, bias, c, first);
    for (int p = 0; p < N; p++)
      for (ptrdiff_t q = c * LANES - first; q < LANES; q++)
        gradient[(first + q) * N + p] += sum[p][q];
  }
}

// One instance a nonlinearity and width.
#define FOR_EACH_WIDTH(CASE) CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8)
#define DISPATCH(CALL)                                                                         \
  switch (width * 2 + (kind == 2 ? 1 : 0)) { FOR_EACH_WIDTH(CALL) }

static void TYPED(head_tangent)(int kind, REAL *out, const REAL *zdot, const REAL *y,
                                const REAL *bias_tangent, const REAL *w, const REAL *wdot,
                                const REAL *head_bias_tangent, const REAL *gbar,
                                REAL *head_gradient, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t width) {
#define CALL(N)                                                                                \
  case N * 2:                                                                                  \
    if (gbar)                                                                                  \
      TYPED(head_tangent_rows)(out, zdot, y, bias_tangent, w, wdot, head_bias_tangent, gbar,   \
                               head_gradient, rows, columns, 1, N, 1);                         \
    else                                                                                       \
      TYPED(head_tangent_rows)(out, zdot, y, bias_tangent, w, wdot, head_bias_tangent, gbar,   \
                               head_gradient, rows, columns, 1, N, 0);                         \
    break;                                                                                     \
  case N * 2 + 1:                                                                              \
    if (gbar)                                                                                  \
      TYPED(head_tangent_rows)(out, zdot, y, bias_tangent, w, wdot, head_bias_tangent, gbar,   \
                               head_gradient, rows, columns, 2, N, 1);                         \
    else                                                                                       \
      TYPED(head_tangent_rows)(out, zdot, y, bias_tangent, w, wdot, head_bias_tangent, gbar,   \
                               head_gradient, rows, columns, 2, N, 0);                         \
    break;
  DISPATCH(CALL)
#undef CALL
}

static void TYPED(head_reverse)(int kind, REAL *zbar, const REAL *y, const REAL *w,
                                const REAL *gbar, REAL *bias_gradient, REAL *head_gradient,
                                ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t width) {
#define CALL(N)                                                                                \
  case N * 2:                                                                                  \
    TYPED(head_reverse_rows)(zbar, y, w, gbar, bias_gradient, head_gradient, rows, columns, 1, \
                             N);                                                               \
    break;                                                                                     \
  case N * 2 + 1:                                                                              \
    TYPED(head_reverse_rows)(zbar, y, w, gbar, bias_gradient, head_gradient, rows, columns, 2, \
                             N);                                                               \
    break;
  DISPATCH(CALL)
#undef CALL
}

static void TYPED(head_reverse_tangent)(int kind, REAL *zbardot, const REAL *y,
                                        const REAL *zdot, const REAL *bias_tangent,
                                        const REAL *w, const REAL *wdot, const REAL *gbar,
                                        const REAL *gbardot, REAL *bias_gradient,
                                        REAL *head_gradient, ptrdiff_t rows,
                                        ptrdiff_t columns, ptrdiff_t width) {
#define CALL(N)                                                                                \
  case N * 2:                                                                                  \
    TYPED(head_reverse_tangent_rows)(zbardot, y, zdot, bias_tangent, w, wdot, gbar, gbardot,   \
                                     bias_gradient, head_gradient, rows, columns, 1, N);       \
    break;                                                                                     \
  case N * 2 + 1:                                                                              \
    TYPED(head_reverse_tangent_rows)(zbardot, y, zdot, bias_tangent, w, wdot, gbar, gbardot,   \
                                     bias_gradient, head_gradient, rows, columns, 2, N);       \
    break;
  DISPATCH(CALL)
#undef CALL
}

static void TYPED(bottom_tangent)(int kind, REAL *ydot, const REAL *y, const REAL *x,
                                  const REAL *wdot, const REAL *bias_tangent, ptrdiff_t rows,
                                  ptrdiff_t columns, ptrdiff_t width) {
#define CALL(N)                                                                                \
  case N * 2:                                                                                  \
    TYPED(bottom_tangent_rows)(ydot, y, x, wdot, bias_tangent, rows, columns, 1, N);           \
    break;                                                                                     \
  case N * 2 + 1:                                                                              \
    TYPED(bottom_tangent_rows)(ydot, y, x, wdot, bias_tangent, rows, columns, 2, N);           \
    break;
  DISPATCH(CALL)
#undef CALL
}

static void TYPED(bottom_reverse)(int kind, const REAL *ybar, const REAL *y, const REAL *x,
                                  REAL *gradient, REAL *bias_gradient, ptrdiff_t rows,
                                  ptrdiff_t columns, ptrdiff_t width) {
#define CALL(N)                                                                                \
  case N * 2:                                                                                  \
    TYPED(bottom_reverse_rows)(ybar, y, x, gradient, bias_gradient, rows, columns, 1, N);      \
    break;                                                                                     \
  case N * 2 + 1:                                                                              \
    TYPED(bottom_reverse_rows)(ybar, y, x, gradient, bias_gradient, rows, columns, 2, N);      \
    break;
  DISPATCH(CALL)
#undef CALL
}

#undef DISPATCH
#undef FOR_EACH_WIDTH
#undef AHEAD
#undef INLINE
#undef LANES
#undef VECTOR
