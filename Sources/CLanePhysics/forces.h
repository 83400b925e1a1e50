// Velocities of bodies and the forces of the motion without constraints: bias, fluid, springs,
// dampers, motors.

// Velocities of bodies, and how their degrees of freedom's motions change.
LANE_INLINE void compute_velocities(lane_work *w, const lane_model *m) {
  for (int i = 0; i < 6; i++) w->velocity[0][i] = (vd)0.0;
  for (int i = 1; i < m->bodies; i++) {
    const body_constants *b = &m->body[i];
    v6 v = v6_of(w->velocity[b->parent]);
    for (int k = b->first_joint; k < b->first_joint + b->joint_count; k++) {
      const joint_constants *j = &m->joint[k];
      int d = j->velocity;
      if (j->kind == JOINT_FREE) {
        for (int s = 0; s < 3; s++) {
          for (int t = 0; t < 6; t++) w->axis_rate[d + s][t] = (vd)0.0;
          v = v6_plus(v, w->qvel[d + s], v6_of(w->axis[d + s]));
        }
        for (int s = 3; s < 6; s++)
          v6_put(w->axis_rate[d + s], cross_motion(v, v6_of(w->axis[d + s])));
        for (int s = 3; s < 6; s++) v = v6_plus(v, w->qvel[d + s], v6_of(w->axis[d + s]));
      } else {
        v6_put(w->axis_rate[d], cross_motion(v, v6_of(w->axis[d])));
        v = v6_plus(v, w->qvel[d], v6_of(w->axis[d]));
      }
    }
    v6_put(w->velocity[i], v);
  }
}

// The fluid's force on a body, by the box of the same inertia.
// Source: documentation, Computation, "Passive forces", inertia model of fluids.
LANE_INLINE v6 fluid_wrench(const lane_work *w, const lane_model *m, int i) {
  const body_constants *b = &m->body[i];
  vd r[9];
  turn_all(r, w->rotation[i], b->principal);
  v3 offset = v3_sub(v3_of(w->centre[i]), v3_of(w->subtree[b->root]));
  v6 v = v6_of(w->velocity[i]);
  v3 linear = v3_sub(v3_add(v.linear, v3_cross(v.angular, offset)), v3_all(m->wind));
  v3 spin = turn_back(r, v.angular), flow = turn_back(r, linear);
  const double *x = b->box, d = b->diameter, pi = 3.14159265358979323846;
  double turning = -pi * d * d * d * m->viscosity, drag = -3 * pi * d * m->viscosity;
  v3 torque = v3_times(spin, turning), force = v3_times(flow, drag);
  double y = x[0] * x[0] * x[0] * x[0], z = x[1] * x[1] * x[1] * x[1];
  double u = x[2] * x[2] * x[2] * x[2], density = m->density;
  force.x -= 0.5 * density * x[1] * x[2] * vabs(flow.x) * flow.x;
  force.y -= 0.5 * density * x[0] * x[2] * vabs(flow.y) * flow.y;
  force.z -= 0.5 * density * x[0] * x[1] * vabs(flow.z) * flow.z;
  torque.x -= density / 64 * x[0] * (z + u) * vabs(spin.x) * spin.x;
  torque.y -= density / 64 * x[1] * (y + u) * vabs(spin.y) * spin.y;
  torque.z -= density / 64 * x[2] * (y + z) * vabs(spin.z) * spin.z;
  torque = turn(r, torque), force = turn(r, force);
  return (v6){v3_add(torque, v3_cross(offset, force)), force};
}

// w->smooth_force <- bias of gravity and velocities (Newton-Euler, Featherstone 5.3) with the
// fluid, negative.
LANE_INLINE void compute_bias(lane_work *w, const lane_model *m) {
  v6 fall = {{0.0, 0.0, 0.0}, {-m->gravity[0], -m->gravity[1], -m->gravity[2]}};
  v6_put(w->acceleration[0], fall);
  for (int i = 1; i < m->bodies; i++) {
    const body_constants *b = &m->body[i];
    v6 a = v6_of(w->acceleration[b->parent]);
    for (int k = b->first_joint; k < b->first_joint + b->joint_count; k++) {
      const joint_constants *j = &m->joint[k];
      int count = j->kind == JOINT_FREE ? 6 : 1;
      for (int d = j->velocity; d < j->velocity + count; d++)
        a = v6_plus(a, w->qvel[d], v6_of(w->axis_rate[d]));
    }
    v6_put(w->acceleration[i], a);
    v6 v = v6_of(w->velocity[i]);
    v6 f = v6_add(inertia_times(w->inertia[i], a),
                  cross_force(v, inertia_times(w->inertia[i], v)));
    if (m->is_fluid && b->mass >= 1e-15) f = v6_sub(f, fluid_wrench(w, m, i));
    v6_put(w->wrench[i], f);
  }
  for (int i = m->bodies - 1; i > 0; i--) {
    int parent = m->body[i].parent;
    if (parent > 0)
      v6_put(w->wrench[parent], v6_add(v6_of(w->wrench[parent]), v6_of(w->wrench[i])));
  }
  for (int d = 0; d < m->velocities; d++)
    w->smooth_force[d] = -v6_dot(v6_of(w->axis[d]), v6_of(w->wrench[m->dof[d].body]));
}

// w->smooth_force += springs, dampers and motors.
LANE_INLINE void add_joint_forces(lane_work *w, const lane_model *m) {
  for (int i = 0; i < m->joints; i++) {
    const joint_constants *j = &m->joint[i];
    if (j->kind != JOINT_FREE && j->stiffness != 0)
      w->smooth_force[j->velocity] -= j->stiffness * (w->qpos[j->position] - j->spring);
  }
  for (int d = 0; d < m->velocities; d++) w->smooth_force[d] -= m->dof[d].damping * w->qvel[d];
  for (int i = 0; i < m->motors; i++) {
    const motor_constants *a = &m->motor[i];
    vd control = w->ctrl[i];
    if (a->is_limited) control = vmin(vmax(control, (vd)a->low), (vd)a->high);
    vd force = a->gain * control;
    if (a->is_force_limited) force = vmin(vmax(force, (vd)a->force_low), (vd)a->force_high);
    w->smooth_force[a->dof] += a->gear * force;
  }
}
