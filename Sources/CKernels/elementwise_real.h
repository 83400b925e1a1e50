// The elementwise passes for one real type and one instruction set; included twice by
// elementwise_body.h with REAL, TYPED(name) and TANH(x) defined.

static void TYPED(identity_activate)(REAL *restrict y, const REAL *restrict bias, ptrdiff_t rows,
                                     ptrdiff_t columns) {
  for (ptrdiff_t i = 0; i < rows; i++, y += columns)
    COLUMNS(j) y[j] += bias[j];
}

static void TYPED(tanh_activate)(REAL *restrict y, const REAL *restrict bias, ptrdiff_t rows,
                                 ptrdiff_t columns) {
  for (ptrdiff_t i = 0; i < rows; i++, y += columns)
    COLUMNS(j) y[j] = TANH(y[j] + bias[j]);
}

static void TYPED(relu_activate)(REAL *restrict y, const REAL *restrict bias, ptrdiff_t rows,
                                 ptrdiff_t columns) {
  for (ptrdiff_t i = 0; i < rows; i++, y += columns)
    COLUMNS(j) {
      REAL z = y[j] + bias[j];
      y[j] = z > 0 ? z : 0;
    }
}

static void TYPED(identity_reverse)(REAL *restrict grad, const REAL *restrict y,
                                    REAL *restrict bias_gradient, ptrdiff_t rows,
                                    ptrdiff_t columns) {
  (void)y;
  for (ptrdiff_t i = 0; i < rows; i++, grad += columns)
    COLUMNS(j) bias_gradient[j] += grad[j];
}

static void TYPED(tanh_reverse)(REAL *restrict grad, const REAL *restrict y,
                                REAL *restrict bias_gradient, ptrdiff_t rows, ptrdiff_t columns) {
  for (ptrdiff_t i = 0; i < rows; i++, grad += columns, y += columns)
    COLUMNS(j) {
      REAL z = (1 - y[j] * y[j]) * grad[j];
      grad[j] = z;
      bias_gradient[j] += z;
    }
}

static void TYPED(relu_reverse)(REAL *restrict grad, const REAL *restrict y,
                                REAL *restrict bias_gradient, ptrdiff_t rows, ptrdiff_t columns) {
  for (ptrdiff_t i = 0; i < rows; i++, grad += columns, y += columns)
    COLUMNS(j) {
      REAL z = y[j] > 0 ? grad[j] : 0;
      grad[j] = z;
      bias_gradient[j] += z;
    }
}

static void TYPED(identity_tangent)(REAL *restrict zdot, REAL *restrict ydot,
                                    const REAL *restrict y, const REAL *restrict bias_tangent,
                                    ptrdiff_t rows, ptrdiff_t columns) {
  (void)y;
  for (ptrdiff_t i = 0; i < rows; i++, zdot += columns, ydot += columns)
    COLUMNS(j) ydot[j] = zdot[j] = zdot[j] + bias_tangent[j];
}

static void TYPED(tanh_tangent)(REAL *restrict zdot, REAL *restrict ydot, const REAL *restrict y,
                                const REAL *restrict bias_tangent, ptrdiff_t rows,
                                ptrdiff_t columns) {
  for (ptrdiff_t i = 0; i < rows; i++, zdot += columns, ydot += columns, y += columns)
    COLUMNS(j) {
      REAL z = zdot[j] + bias_tangent[j];
      zdot[j] = z;
      ydot[j] = (1 - y[j] * y[j]) * z;
    }
}

static void TYPED(relu_tangent)(REAL *restrict zdot, REAL *restrict ydot, const REAL *restrict y,
                                const REAL *restrict bias_tangent, ptrdiff_t rows,
                                ptrdiff_t columns) {
  for (ptrdiff_t i = 0; i < rows; i++, zdot += columns, ydot += columns, y += columns)
    COLUMNS(j) {
      REAL z = zdot[j] + bias_tangent[j];
      zdot[j] = z;
      ydot[j] = y[j] > 0 ? z : 0;
    }
}

static void TYPED(identity_reverse_tangent)(REAL *restrict graddot, const REAL *restrict y,
                                            const REAL *restrict zdot, const REAL *restrict zbar,
                                            REAL *restrict bias_gradient, ptrdiff_t rows,
                                            ptrdiff_t columns) {
  (void)zdot;
  (void)zbar;
  TYPED(identity_reverse)(graddot, y, bias_gradient, rows, columns);
}

// phi'' zdot ybar = -2 y (1 - y^2) ybar zdot = -2 y zbar zdot: zbar is enough, ybar is not needed.
static void TYPED(tanh_reverse_tangent)(REAL *restrict graddot, const REAL *restrict y,
                                        const REAL *restrict zdot, const REAL *restrict zbar,
                                        REAL *restrict bias_gradient, ptrdiff_t rows,
                                        ptrdiff_t columns) {
  for (ptrdiff_t i = 0; i < rows;
       i++, graddot += columns, y += columns, zdot += columns, zbar += columns)
    COLUMNS(j) {
      REAL z = (1 - y[j] * y[j]) * graddot[j] - 2 * y[j] * (zbar[j] * zdot[j]);
      graddot[j] = z;
      bias_gradient[j] += z;
    }
}

static void TYPED(relu_reverse_tangent)(REAL *restrict graddot, const REAL *restrict y,
                                        const REAL *restrict zdot, const REAL *restrict zbar,
                                        REAL *restrict bias_gradient, ptrdiff_t rows,
                                        ptrdiff_t columns) {
  (void)zdot;
  (void)zbar;
  TYPED(relu_reverse)(graddot, y, bias_gradient, rows, columns);
}

static void TYPED(transpose)(REAL *restrict out, const REAL *restrict in, ptrdiff_t rows,
                             ptrdiff_t columns) {
  enum { TILE = 16 };
  for (ptrdiff_t i0 = 0; i0 < rows; i0 += TILE)
    for (ptrdiff_t j0 = 0; j0 < columns; j0 += TILE) {
      ptrdiff_t i1 = i0 + TILE < rows ? i0 + TILE : rows;
      ptrdiff_t j1 = j0 + TILE < columns ? j0 + TILE : columns;
      for (ptrdiff_t j = j0; j < j1; j++)
        for (ptrdiff_t i = i0; i < i1; i++) out[j * rows + i] = in[i * columns + j];
    }
}

// The sum of a vector's entries, halves upon halves.
static inline REAL TYPED(fold)(const void *sum) {
  enum { WIDTH = VECTOR_BYTES / sizeof(REAL) };
  REAL partial[WIDTH];
  memcpy(partial, sum, sizeof partial);
#pragma clang loop unroll(full)
  for (int half = WIDTH / 2; half > 0; half /= 2)
#pragma clang loop unroll(full)
    for (int q = 0; q < half; q++) partial[q] += partial[q + half];
  return partial[0];
}

// N dot products a row, each in one vector of partial sums that is then folded down to one: the
// order of the sum depends on nothing but the width. N is a constant, so that the accumulators
// live in registers. What a row has beyond whole vectors is read as one more vector that overlaps
// the last whole one, against weights that are zero in the overlap.
static inline void TYPED(narrow_rows)(REAL *restrict y, const REAL *restrict x,
                                      const REAL *restrict w, ptrdiff_t rows, ptrdiff_t inner,
                                      int accumulate, const int N)
    __attribute__((always_inline));
static inline void TYPED(narrow_rows)(REAL *restrict y, const REAL *restrict x,
                                      const REAL *restrict w, ptrdiff_t rows, ptrdiff_t inner,
                                      int accumulate, const int N) {
  enum { WIDTH = VECTOR_BYTES / sizeof(REAL) };
  typedef REAL vector __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(REAL))));
  ptrdiff_t whole = inner / WIDTH * WIDTH, rest = inner - whole;
  if (whole == 0) {
    for (ptrdiff_t i = 0; i < rows; i++, x += inner, y += N)
      for (int j = 0; j < N; j++) {
        REAL sum = 0;
        for (ptrdiff_t p = 0; p < inner; p++) sum += x[p] * w[j * inner + p];
        y[j] = accumulate ? y[j] + sum : sum;
      }
    return;
  }
  REAL last[8][WIDTH];
  for (int j = 0; j < N; j++)
    for (ptrdiff_t q = 0; q < WIDTH; q++)
      last[j][q] = q < WIDTH - rest ? 0 : w[j * inner + inner - WIDTH + q];
  for (ptrdiff_t i = 0; i < rows; i++, x += inner, y += N) {
    vector sum[8];
    for (int j = 0; j < N; j++) sum[j] = (vector){0};
    for (ptrdiff_t p = 0; p < whole; p += WIDTH) {
      vector value = *(const vector *)(x + p);
      for (int j = 0; j < N; j++) sum[j] += value * *(const vector *)(w + j * inner + p);
    }
    if (rest) {
      vector value = *(const vector *)(x + inner - WIDTH);
      for (int j = 0; j < N; j++) sum[j] += value * *(const vector *)last[j];
    }
    for (int j = 0; j < N; j++) {
      REAL total = TYPED(fold)(&sum[j]);
      y[j] = accumulate ? y[j] + total : total;
    }
  }
}

static void TYPED(narrow_product)(REAL *restrict y, const REAL *restrict x,
                                  const REAL *restrict w, ptrdiff_t rows, ptrdiff_t inner,
                                  ptrdiff_t columns, int accumulate) {
  switch (columns) {
    case 1: TYPED(narrow_rows)(y, x, w, rows, inner, accumulate, 1); break;
    case 2: TYPED(narrow_rows)(y, x, w, rows, inner, accumulate, 2); break;
    case 3: TYPED(narrow_rows)(y, x, w, rows, inner, accumulate, 3); break;
    case 4: TYPED(narrow_rows)(y, x, w, rows, inner, accumulate, 4); break;
    case 5: TYPED(narrow_rows)(y, x, w, rows, inner, accumulate, 5); break;
    case 6: TYPED(narrow_rows)(y, x, w, rows, inner, accumulate, 6); break;
    case 7: TYPED(narrow_rows)(y, x, w, rows, inner, accumulate, 7); break;
    case 8: TYPED(narrow_rows)(y, x, w, rows, inner, accumulate, 8); break;
  }
}

static void TYPED(add_scaled)(REAL *restrict y, REAL scale, const REAL *restrict x,
                              ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) y[i] += scale * x[i];
}

static void TYPED(add_widened)(double *restrict sum, const REAL *restrict x, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) sum[i] += x[i];
}

#define SCALED_DERIVATIVE(KIND, DERIVATIVE)                                                     \
  static void TYPED(KIND##_scaled_derivative)(REAL *restrict out, const REAL *restrict y,      \
                                              const REAL *restrict x, ptrdiff_t inputs,        \
                                              ptrdiff_t index, ptrdiff_t rows,                 \
                                              ptrdiff_t columns) {                             \
    for (ptrdiff_t i = 0; i < rows; i++, out += columns, y += columns) {                       \
      REAL s = index < inputs ? x[i * inputs + index] : 1;                                     \
      COLUMNS(j) out[j] = DERIVATIVE * s;                                                      \
    }                                                                                          \
  }
SCALED_DERIVATIVE(identity, (0 * y[j] + 1))
SCALED_DERIVATIVE(tanh, (1 - y[j] * y[j]))
SCALED_DERIVATIVE(relu, (REAL)(y[j] > 0 ? 1 : 0))
#undef SCALED_DERIVATIVE

static void TYPED(tanh_second_derivative)(REAL *restrict out, const REAL *restrict y,
                                          const REAL *restrict zbar, ptrdiff_t rows,
                                          ptrdiff_t columns) {
  for (ptrdiff_t i = 0; i < rows * columns; i++) out[i] = -2 * y[i] * zbar[i];
}

static void TYPED(no_second_derivative)(REAL *restrict out, const REAL *restrict y,
                                        const REAL *restrict zbar, ptrdiff_t rows,
                                        ptrdiff_t columns) {
  (void)y;
  (void)zbar;
  memset(out, 0, sizeof(REAL) * (size_t)(rows * columns));
}

static void TYPED(input_products)(REAL *restrict out, const REAL *restrict x, ptrdiff_t inputs,
                                  ptrdiff_t rows) {
  ptrdiff_t terms = inputs + 1;
  for (ptrdiff_t i = 0; i < rows; i++, x += inputs)
    for (ptrdiff_t a = 0; a < terms; a++)
      for (ptrdiff_t b = 0; b < terms; b++)
        *out++ = (a < inputs ? x[a] : 1) * (b < inputs ? x[b] : 1);
}

static void TYPED(couple)(REAL *restrict second, REAL *restrict first, const REAL *restrict w,
                          const REAL *restrict v, const REAL *restrict cross,
                          const REAL *restrict own, ptrdiff_t terms, ptrdiff_t second_width,
                          ptrdiff_t columns) {
  for (ptrdiff_t i = 0; i < terms; i++) {
    const REAL *restrict vi = v + i * columns;
    REAL *restrict fi = first + i * columns;
    for (ptrdiff_t k = 0; k < second_width; k++) {
      const REAL *restrict m = cross + (i * second_width + k) * columns;
      const REAL *restrict wk = w + k * columns;
      REAL *restrict sk = second + k * columns;
      COLUMNS(j) {
        sk[j] += vi[j] * m[j];
        fi[j] += wk[j] * m[j];
      }
    }
    for (ptrdiff_t h = 0; h < terms; h++) {
      const REAL *restrict c = own + (i * terms + h) * columns;
      const REAL *restrict vh = v + h * columns;
      COLUMNS(j) fi[j] += c[j] * vh[j];
    }
  }
}
