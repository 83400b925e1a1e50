// The elementwise passes for one real type and one instruction set; included twice by
// elementwise_body.h with REAL, TYPED(name) and TANH(x) defined.

static void TYPED(identity_activate)(REAL *restrict y, const REAL *restrict bias, ptrdiff_t rows,
                                     ptrdiff_t columns) {
  for (ptrdiff_t i = 0; i < rows; i++, y += columns)
    for (ptrdiff_t j = 0; j < columns; j++) y[j] += bias[j];
}

static void TYPED(tanh_activate)(REAL *restrict y, const REAL *restrict bias, ptrdiff_t rows,
                                 ptrdiff_t columns) {
  for (ptrdiff_t i = 0; i < rows; i++, y += columns)
    for (ptrdiff_t j = 0; j < columns; j++) y[j] = TANH(y[j] + bias[j]);
}

static void TYPED(relu_activate)(REAL *restrict y, const REAL *restrict bias, ptrdiff_t rows,
                                 ptrdiff_t columns) {
  for (ptrdiff_t i = 0; i < rows; i++, y += columns)
    for (ptrdiff_t j = 0; j < columns; j++) {
      REAL z = y[j] + bias[j];
      y[j] = z > 0 ? z : 0;
    }
}

static void TYPED(identity_reverse)(REAL *restrict grad, const REAL *restrict y,
                                    REAL *restrict bias_gradient, ptrdiff_t rows,
                                    ptrdiff_t columns) {
  (void)y;
  for (ptrdiff_t i = 0; i < rows; i++, grad += columns)
    for (ptrdiff_t j = 0; j < columns; j++) bias_gradient[j] += grad[j];
}

static void TYPED(tanh_reverse)(REAL *restrict grad, const REAL *restrict y,
                                REAL *restrict bias_gradient, ptrdiff_t rows, ptrdiff_t columns) {
  for (ptrdiff_t i = 0; i < rows; i++, grad += columns, y += columns)
    for (ptrdiff_t j = 0; j < columns; j++) {
      REAL z = (1 - y[j] * y[j]) * grad[j];
      grad[j] = z;
      bias_gradient[j] += z;
    }
}

static void TYPED(relu_reverse)(REAL *restrict grad, const REAL *restrict y,
                                REAL *restrict bias_gradient, ptrdiff_t rows, ptrdiff_t columns) {
  for (ptrdiff_t i = 0; i < rows; i++, grad += columns, y += columns)
    for (ptrdiff_t j = 0; j < columns; j++) {
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
    for (ptrdiff_t j = 0; j < columns; j++) ydot[j] = zdot[j] = zdot[j] + bias_tangent[j];
}

static void TYPED(tanh_tangent)(REAL *restrict zdot, REAL *restrict ydot, const REAL *restrict y,
                                const REAL *restrict bias_tangent, ptrdiff_t rows,
                                ptrdiff_t columns) {
  for (ptrdiff_t i = 0; i < rows; i++, zdot += columns, ydot += columns, y += columns)
    for (ptrdiff_t j = 0; j < columns; j++) {
      REAL z = zdot[j] + bias_tangent[j];
      zdot[j] = z;
      ydot[j] = (1 - y[j] * y[j]) * z;
    }
}

static void TYPED(relu_tangent)(REAL *restrict zdot, REAL *restrict ydot, const REAL *restrict y,
                                const REAL *restrict bias_tangent, ptrdiff_t rows,
                                ptrdiff_t columns) {
  for (ptrdiff_t i = 0; i < rows; i++, zdot += columns, ydot += columns, y += columns)
    for (ptrdiff_t j = 0; j < columns; j++) {
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
    for (ptrdiff_t j = 0; j < columns; j++) {
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

// Sums run in a fixed number of partial sums, so that the result does not depend on the caller.
static void TYPED(narrow_product)(REAL *restrict y, const REAL *restrict x,
                                  const REAL *restrict w, ptrdiff_t rows, ptrdiff_t inner,
                                  ptrdiff_t columns, int accumulate) {
  enum { WIDTH = 64 / sizeof(REAL) };
  for (ptrdiff_t i = 0; i < rows; i++, x += inner, y += columns)
    for (ptrdiff_t j = 0; j < columns; j++) {
      const REAL *restrict v = w + j * inner;
      REAL partial[WIDTH] = {0};
      ptrdiff_t p = 0;
      for (; p + WIDTH <= inner; p += WIDTH)
        for (int q = 0; q < WIDTH; q++) partial[q] += x[p + q] * v[p + q];
      for (int q = 0; p + q < inner; q++) partial[q] += x[p + q] * v[p + q];
      for (int half = WIDTH / 2; half > 0; half /= 2)
        for (int q = 0; q < half; q++) partial[q] += partial[q + half];
      y[j] = accumulate ? y[j] + partial[0] : partial[0];
    }
}

static void TYPED(add_scaled)(REAL *restrict y, REAL scale, const REAL *restrict x,
                              ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) y[i] += scale * x[i];
}

static void TYPED(add_widened)(double *restrict sum, const REAL *restrict x, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) sum[i] += x[i];
}
