// One evaluation of the accelerations, and the integrators over it.

// |x| beyond 1e10, or not a number.
LANE_INLINE vm is_bad(const vd *x, int count) {
  vm bad = (vm)0;
  for (int i = 0; i < count; i++) bad |= ~(vabs(x[i]) <= 1e10);
  return bad;
}

// w->qacc from w->qpos, w->qvel, w->ctrl and w->warm.
static void evaluate(lane_work *w, const lane_model *m) {
  w->counts.evaluations++;
  compute_kinematics(w, m);
  compute_inertias(w, m);
  compute_axes(w, m);
  compute_mass_matrix(w, m);
  for (int k = 0; k < m->entries; k++) w->factor[k] = w->mass[k];
  w->broken |= factorize(w->factor, w->inverse, m);
  find_limits(w, m);
  compute_velocities(w, m);
  find_contacts(w, m);
  compute_bias(w, m);
  add_joint_forces(w, m);
  for (int d = 0; d < m->velocities; d++) w->smooth[d] = w->smooth_force[d];
  solve(w->smooth, w->factor, w->inverse, m);
  solve_constraints(w, m);
  // + 0.0 turns -0 into 0: a group that passes over a contact that no lane has and one that adds
  // its zeros have the same bits.
  for (int d = 0; d < m->velocities; d++) w->warm[d] = w->qacc[d] = w->qacc[d] + 0.0;
}

// w->qpos moved from `from` by `time` with the velocities `rate`.
LANE_INLINE void move(lane_work *w, const lane_model *m, const vd *from, const vd *rate,
                      double time) {
  for (int i = 0; i < m->joints; i++) {
    const joint_constants *j = &m->joint[i];
    const vd *x = from + j->position, *v = rate + j->velocity;
    vd *to = w->qpos + j->position;
    if (j->kind != JOINT_FREE) {
      to[0] = x[0] + time * v[0];
      continue;
    }
    for (int k = 0; k < 3; k++) to[k] = x[k] + time * v[k];
    // The quaternion turned by the angular velocity, in the body's axes.
    v3 spin = {v[3], v[4], v[5]};
    vd speed = vsqrt(v3_dot(spin, spin)), s, c;
    sine_cosine(0.5 * time * speed, &s, &c);
    v3 b = v3_times(spin, only(speed >= 1e-15, s / speed));
    vd a0 = x[3], a1 = x[4], a2 = x[5], a3 = x[6];
    to[3] = a0 * c - a1 * b.x - a2 * b.y - a3 * b.z;
    to[4] = a0 * b.x + a1 * c + a2 * b.z - a3 * b.y;
    to[5] = a0 * b.y - a1 * b.z + a2 * c + a3 * b.x;
    to[6] = a0 * b.z + a1 * b.y - a2 * b.x + a3 * c;
    vd one = 1 / vsqrt(to[3] * to[3] + to[4] * to[4] + to[5] * to[5] + to[6] * to[6]);
    for (int k = 3; k < 7; k++) to[k] *= one;
  }
}

// Semi-implicit Euler; joint damping is implicit: (M + h diag(damping)) a' = M a.
// Source: documentation, Computation, "Numerical integration".
LANE_INLINE void step_euler(lane_work *w, const lane_model *m) {
  evaluate(w, m);
  w->broken |= is_bad(w->qacc, m->velocities);
  const vd *a = w->qacc;
  if (m->is_damped) {
    for (int k = 0; k < m->entries; k++) w->hessian[k] = w->mass[k];
    for (int d = 0; d < m->velocities; d++) {
      w->hessian[m->row[d]] += m->timestep * m->dof[d].damping;
      w->step[d] = w->mass_qacc[d];
    }
    factorize(w->hessian, w->hessian_inverse, m);
    solve(w->step, w->hessian, w->hessian_inverse, m);
    a = w->step;
  }
  for (int d = 0; d < m->velocities; d++) w->qvel[d] += m->timestep * a[d];
  for (int i = 0; i < m->positions; i++) w->start_qpos[i] = w->qpos[i];
  move(w, m, w->start_qpos, w->qvel, m->timestep);
}

// Runge and Kutta's method of fourth order.
LANE_INLINE void step_runge_kutta(lane_work *w, const lane_model *m) {
  static const double ahead[3] = {0.5, 0.5, 1}, share[4] = {1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6};
  double h = m->timestep;
  evaluate(w, m);
  w->broken |= is_bad(w->qacc, m->velocities);
  for (int i = 0; i < m->positions; i++) w->start_qpos[i] = w->qpos[i];
  for (int d = 0; d < m->velocities; d++) {
    w->start_qvel[d] = w->qvel[d];
    w->sum_qvel[d] = share[0] * w->qvel[d];
    w->sum_qacc[d] = share[0] * w->qacc[d];
  }
  for (int stage = 1; stage < 4; stage++) {
    double time = h * ahead[stage - 1];
    for (int d = 0; d < m->velocities; d++) {
      w->rate[d] = w->qvel[d];
      w->qvel[d] = w->start_qvel[d] + time * w->qacc[d];
    }
    move(w, m, w->start_qpos, w->rate, time);
    evaluate(w, m);
    for (int d = 0; d < m->velocities; d++) {
      w->sum_qvel[d] += share[stage] * w->qvel[d];
      w->sum_qacc[d] += share[stage] * w->qacc[d];
    }
  }
  for (int d = 0; d < m->velocities; d++) w->qvel[d] = w->start_qvel[d] + h * w->sum_qacc[d];
  move(w, m, w->start_qpos, w->sum_qvel, h);
}

// Physics steps of the group.
LANE_INLINE void advance(lane_work *w, const lane_model *m, int steps) {
  w->broken = (vm)0;
  for (int i = 0; i < steps; i++) {
    w->broken |= is_bad(w->qpos, m->positions) | is_bad(w->qvel, m->velocities);
    if (m->is_runge_kutta)
      step_runge_kutta(w, m);
    else
      step_euler(w, m);
  }
}
