// The acceleration that constraints leave: the minimum of a strictly convex function.
//
//   f(a) = 1/2 (a - a_smooth)^T M (a - a_smooth) + 1/2 sum_rows D min(0, J a - a_ref)^2
//
// Source: documentation, Computation, "Primal problem", pyramidal cones; Newton's method with an
// exact line search. f is quadratic as long as the same rows are negative, so a full Newton step
// that keeps them ends at the minimum itself, to rounding; this is how a lane finishes. Rows of a
// contact are kept as three numbers along normal and tangents; the pyramid's four edges are
// normal +- slope tangent. A lane that has finished takes steps of length 0.

// Newton steps after which a lane is left where it is, as MuJoCo's default `iterations`.
enum { MOST_ITERATIONS = 100 };

LANE_INLINE int edge_count(const slot_constants *s) { return s->rows == 1 ? 1 : 4; }

// Edge e of a triple along normal and tangents.
LANE_INLINE vd edge_of(const vd *x, const slot_constants *s, int e) {
  if (s->rows == 1) return x[0];
  vd tangent = s->friction[e / 2] * x[1 + e / 2];
  return e % 2 == 0 ? x[0] + tangent : x[0] - tangent;
}

// to <- J x, along normal and tangents.
LANE_INLINE void product(vd *to, const contact *c, const slot_constants *s, const int *chain,
                         const vd *x) {
  for (int r = 0; r < s->rows; r++) {
    const vd *row = c->jacobian + r * c->length;
    vd sum = row[0] * x[chain[0]];
    for (int k = 1; k < c->length; k++) sum += row[k] * x[chain[k]];
    to[r] = sum;
  }
}

// The constraints' part of f at value + alpha * change.
LANE_INLINE vd penalty(const lane_work *w, const lane_model *m, vd alpha) {
  vd sum = (vd)0.0;
  for (int i = 0; i < w->limits; i++) {
    const active_limit *l = &w->limit[i];
    vd x = vmin(l->value + alpha * l->change, (vd)0.0);
    sum += l->weight * x * x;
  }
  for (int i = 0; i < w->contacts; i++) {
    const contact *c = &w->contact[i];
    const slot_constants *s = &m->slot[c->slot];
    vd at[3];
    for (int r = 0; r < s->rows; r++) at[r] = c->value[r] + alpha * c->change[r];
    vd part = (vd)0.0;
    for (int e = 0; e < edge_count(s); e++) {
      vd x = vmin(edge_of(at, s, e), (vd)0.0);
      part += x * x;
    }
    sum += c->weight * part;
  }
  return 0.5 * sum;
}

// Slope and curvature along the step of the constraints' part at alpha, and the lanes whose
// negative rows differ from those at 0.
LANE_INLINE vm probe(const lane_work *w, const lane_model *m, vd alpha, vd *slope, vd *curvature) {
  vd first = (vd)0.0, second = (vd)0.0;
  vm differs = (vm)0;
  for (int i = 0; i < w->limits; i++) {
    const active_limit *l = &w->limit[i];
    vd x = l->value + alpha * l->change;
    vm is_active = x < 0.0;
    differs |= (is_active ^ (l->value < 0.0)) & (l->weight > 0.0);
    vd rate = only(is_active, l->weight * l->change);
    first += rate * x;
    second += rate * l->change;
  }
  for (int i = 0; i < w->contacts; i++) {
    const contact *c = &w->contact[i];
    const slot_constants *s = &m->slot[c->slot];
    vm changed = (vm)0;
    vd a = (vd)0.0, b = (vd)0.0;
    for (int e = 0; e < edge_count(s); e++) {
      vd start = edge_of(c->value, s, e), rate = edge_of(c->change, s, e);
      vd x = start + alpha * rate;
      vm is_active = x < 0.0;
      changed |= is_active ^ (start < 0.0);
      vd kept = only(is_active, rate);
      a += kept * x;
      b += kept * rate;
    }
    differs |= changed & (c->weight > 0.0);
    first += c->weight * a;
    second += c->weight * b;
  }
  *slope = first;
  *curvature = second;
  return differs;
}

// Writes gradient to w->step and the Hessian; forces of the contacts on the way.
LANE_INLINE void differentiate(lane_work *w, const lane_model *m) {
  for (int d = 0; d < m->velocities; d++) w->step[d] = w->mass_qacc[d] - w->smooth_force[d];
  for (int k = 0; k < m->entries; k++) w->hessian[k] = w->mass[k];
  for (int i = 0; i < w->limits; i++) {
    const active_limit *l = &w->limit[i];
    vd weight = only(l->value < 0.0, l->weight);
    w->step[l->dof] += l->side * weight * l->value;
    w->hessian[m->row[l->dof]] += weight;
  }
  for (int i = 0; i < w->contacts; i++) {
    contact *c = &w->contact[i];
    const slot_constants *s = &m->slot[c->slot];
    const int *chain = m->chain + m->row[c->dof];
    int n = c->length;
    const vd *j0 = c->jacobian, *j1 = j0 + n, *j2 = j1 + n;
    if (s->rows == 1) {
      vd weight = only(c->value[0] < 0.0, c->weight);
      c->force[0] = -weight * c->value[0];
      for (int k = 0; k < n; k++) {
        w->step[chain[k]] -= j0[k] * c->force[0];
        vd scaled = weight * j0[k];
        vd *row = w->hessian + m->row[chain[k]];
        for (int t = k; t < n; t++) row[t - k] += scaled * j0[t];
      }
      continue;
    }
    vd x[4], d[4];
    for (int e = 0; e < 4; e++) {
      vd value = edge_of(c->value, s, e);
      d[e] = only(value < 0.0, c->weight);
      x[e] = -d[e] * value;
    }
    double mu = s->friction[0], nu = s->friction[1];
    vd f0 = (x[0] + x[1]) + (x[2] + x[3]);
    vd f1 = mu * (x[0] - x[1]), f2 = nu * (x[2] - x[3]);
    c->force[0] = f0, c->force[1] = f1, c->force[2] = f2;
    vd w00 = (d[0] + d[1]) + (d[2] + d[3]);
    vd w01 = mu * (d[0] - d[1]), w02 = nu * (d[2] - d[3]);
    vd w11 = mu * mu * (d[0] + d[1]), w22 = nu * nu * (d[2] + d[3]);
    for (int k = 0; k < n; k++) {
      w->step[chain[k]] -= j0[k] * f0 + j1[k] * f1 + j2[k] * f2;
      vd a = w00 * j0[k] + w01 * j1[k] + w02 * j2[k];
      vd b = w01 * j0[k] + w11 * j1[k], e = w02 * j0[k] + w22 * j2[k];
      vd *row = w->hessian + m->row[chain[k]];
      for (int t = k; t < n; t++) row[t - k] += a * j0[t] + b * j1[t] + e * j2[t];
    }
  }
}

// How far to go: the zero of f's slope along the step, which rises with alpha. Newton's method on
// it, kept within the bracket of what is known.
LANE_INLINE vd search(lane_work *w, const lane_model *m, vm open, vd linear, vd quadratic,
                      vd slope, vd curvature) {
  vd low = (vd)0.0, high = (vd)INFINITY, alpha = (vd)1.0;
  vd start = vabs(linear);
  for (int k = 0; k < 12; k++) {
    vd value = linear + alpha * quadratic + slope;
    open &= vabs(value) > 0.1 * start;
    if (!any(open)) break;
    low = pick(open & (value < 0.0), alpha, low);
    high = pick(open & (value > 0.0), alpha, high);
    vd next = alpha - value / (quadratic + curvature);
    vm outside = ~((next > low) & (next < high));
    vd middle = pick(high < (vd)INFINITY, 0.5 * (low + high), 2 * alpha);
    next = pick(outside, middle, next);
    alpha = pick(open, next, alpha);
    probe(w, m, alpha, &slope, &curvature);
    w->counts.searches++;
  }
  return alpha;
}

// Starts from the better of the warm start and the smooth acceleration.
LANE_INLINE void start_solver(lane_work *w, const lane_model *m) {
  times_mass(w->mass_qacc, w->warm, w, m);
  vd gauss = (vd)0.0;
  for (int d = 0; d < m->velocities; d++)
    gauss += (w->mass_qacc[d] - w->smooth_force[d]) * (w->warm[d] - w->smooth[d]);
  // value at the warm start, change towards the smooth acceleration.
  for (int d = 0; d < m->velocities; d++) w->step[d] = w->smooth[d] - w->warm[d];
  for (int i = 0; i < w->limits; i++) {
    active_limit *l = &w->limit[i];
    l->value += l->side * w->warm[l->dof];
    l->change = l->side * w->step[l->dof];
  }
  for (int i = 0; i < w->contacts; i++) {
    contact *c = &w->contact[i];
    const slot_constants *s = &m->slot[c->slot];
    const int *chain = m->chain + m->row[c->dof];
    vd at[3];
    product(at, c, s, chain, w->warm);
    for (int r = 0; r < s->rows; r++) c->value[r] += at[r];
    product(c->change, c, s, chain, w->step);
  }
  vd warm = 0.5 * gauss + penalty(w, m, (vd)0.0), smooth = penalty(w, m, (vd)1.0);
  vm is_smooth = ~(warm <= smooth);
  vd alpha = only(is_smooth, (vd)1.0);
  for (int i = 0; i < w->limits; i++) w->limit[i].value += alpha * w->limit[i].change;
  for (int i = 0; i < w->contacts; i++)
    for (int r = 0; r < m->slot[w->contact[i].slot].rows; r++)
      w->contact[i].value[r] += alpha * w->contact[i].change[r];
  for (int d = 0; d < m->velocities; d++) {
    w->qacc[d] = pick(is_smooth, w->smooth[d], w->warm[d]);
    w->mass_qacc[d] = pick(is_smooth, w->smooth_force[d], w->mass_qacc[d]);
  }
}

// w->qacc, w->mass_qacc and the contacts' forces from w->smooth.
LANE_INLINE void solve_constraints(lane_work *w, const lane_model *m) {
  if (w->contacts + w->limits == 0) {
    for (int d = 0; d < m->velocities; d++) {
      w->qacc[d] = w->smooth[d];
      w->mass_qacc[d] = w->smooth_force[d];
    }
    return;
  }
  start_solver(w, m);
  vm open = ~w->broken;
  for (int iteration = 0;; iteration++) {
    differentiate(w, m);
    if (!any(open) || iteration == MOST_ITERATIONS) break;
    w->counts.iterations++;
    factorize(w->hessian, w->hessian_inverse, m);
    for (int d = 0; d < m->velocities; d++) w->step[d] = -w->step[d];
    solve(w->step, w->hessian, w->hessian_inverse, m);
    times_mass(w->mass_step, w->step, w, m);
    vd linear = (vd)0.0, quadratic = (vd)0.0, size = (vd)0.0;
    for (int d = 0; d < m->velocities; d++) {
      linear += w->step[d] * (w->mass_qacc[d] - w->smooth_force[d]);
      quadratic += w->step[d] * w->mass_step[d];
      size += w->qacc[d] * w->mass_qacc[d];
    }
    for (int i = 0; i < w->limits; i++)
      w->limit[i].change = w->limit[i].side * w->step[w->limit[i].dof];
    for (int i = 0; i < w->contacts; i++) {
      contact *c = &w->contact[i];
      product(c->change, c, &m->slot[c->slot], m->chain + m->row[c->dof], w->step);
    }
    vd slope, curvature;
    vm differs = probe(w, m, (vd)1.0, &slope, &curvature);
    vm last = ~differs | ~(quadratic > 1e-28 * size);
    vd alpha = search(w, m, open & ~last, linear, quadratic, slope, curvature);
    alpha = only(open, pick(last, (vd)1.0, alpha));
    for (int d = 0; d < m->velocities; d++) {
      w->qacc[d] += alpha * w->step[d];
      w->mass_qacc[d] += alpha * w->mass_step[d];
    }
    for (int i = 0; i < w->limits; i++) w->limit[i].value += alpha * w->limit[i].change;
    for (int i = 0; i < w->contacts; i++)
      for (int r = 0; r < m->slot[w->contact[i].slot].rows; r++)
        w->contact[i].value[r] += alpha * w->contact[i].change[r];
    open &= ~last;
  }
  for (int lane = 0; lane < LANE_WIDTH; lane++) w->counts.unfinished += open[lane] != 0;
}
