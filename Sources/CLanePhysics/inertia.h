// The mass matrix by composite inertias, and the factorization of matrices of the tree.
//
// Source: Featherstone, Rigid Body Dynamics Algorithms, 6.2 (composite rigid bodies) and 6.5
// (L^T D L without fill-in; row i holds the entries of i's chain).

LANE_INLINE void compute_mass_matrix(lane_work *w, const lane_model *m) {
  for (int i = 1; i < m->bodies; i++)
    for (int k = 0; k < 10; k++) w->composite[i][k] = w->inertia[i][k];
  for (int i = m->bodies - 1; i > 0; i--) {
    int parent = m->body[i].parent;
    if (parent > 0)
      for (int k = 0; k < 10; k++) w->composite[parent][k] += w->composite[i][k];
  }
  for (int i = 0; i < m->velocities; i++) {
    const dof_constants *d = &m->dof[i];
    const int *chain = m->chain + m->row[i];
    vd *row = w->mass + m->row[i];
    v6 momentum = inertia_times(w->composite[d->body], v6_of(w->axis[i]));
    for (int k = 0; k < d->length; k++) row[k] = v6_dot(v6_of(w->axis[chain[k]]), momentum);
    row[0] += d->armature;
  }
}

// Replaces a matrix by L (rows without the diagonal's 1) and writes 1 / D.
// Returns lanes with a diagonal below 1e-15, where the matrix is singular.
LANE_INLINE vm factorize(vd *a, vd *inverse, const lane_model *m) {
  vm singular = (vm)0;
  for (int i = m->velocities - 1; i >= 0; i--) {
    vd *row = a + m->row[i];
    const int *chain = m->chain + m->row[i];
    int length = m->dof[i].length;
    singular |= ~(row[0] >= 1e-15);
    vd one = 1 / row[0];
    inverse[i] = one;
    for (int s = 1; s < length; s++) {
      vd ratio = row[s] * one;
      vd *target = a + m->row[chain[s]];
      for (int t = s; t < length; t++) target[t - s] -= ratio * row[t];
    }
    for (int s = 1; s < length; s++) row[s] *= one;
  }
  return singular;
}

// x <- (L^T D L)^-1 x
LANE_INLINE void solve(vd *x, const vd *l, const vd *inverse, const lane_model *m) {
  for (int i = m->velocities - 1; i >= 0; i--) {
    const vd *row = l + m->row[i];
    const int *chain = m->chain + m->row[i];
    vd value = x[i];
    for (int s = 1; s < m->dof[i].length; s++) x[chain[s]] -= row[s] * value;
  }
  for (int i = 0; i < m->velocities; i++) {
    const vd *row = l + m->row[i];
    const int *chain = m->chain + m->row[i];
    vd value = x[i] * inverse[i];
    for (int s = 1; s < m->dof[i].length; s++) value -= row[s] * x[chain[s]];
    x[i] = value;
  }
}

// to <- M x
LANE_INLINE void times_mass(vd *to, const vd *x, const lane_work *w, const lane_model *m) {
  for (int i = 0; i < m->velocities; i++) to[i] = (vd)0.0;
  for (int i = 0; i < m->velocities; i++) {
    const vd *row = w->mass + m->row[i];
    const int *chain = m->chain + m->row[i];
    vd sum = row[0] * x[i];
    for (int s = 1; s < m->dof[i].length; s++) {
      sum += row[s] * x[chain[s]];
      to[chain[s]] += row[s] * x[i];
    }
    to[i] += sum;
  }
}
