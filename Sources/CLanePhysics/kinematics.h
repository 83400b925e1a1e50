// Where bodies are, their inertias, and the motion that each degree of freedom gives them.

// A rotation of a body by `angle` about an axis of its own: `r` times it.
LANE_INLINE void rotate(vd *r, const joint_constants *j, vd angle) {
  vd s, c;
  sine_cosine(angle, &s, &c);
  if (j->principal_axis) {
    int k = j->principal_axis > 0 ? j->principal_axis - 1 : -j->principal_axis - 1;
    vd t = j->principal_axis > 0 ? s : -s;
    int p = (k + 1) % 3, q = (k + 2) % 3;
    for (int i = 0; i < 3; i++) {
      vd a = r[3 * i + p], b = r[3 * i + q];
      r[3 * i + p] = c * a + t * b;
      r[3 * i + q] = c * b - t * a;
    }
    return;
  }
  // Rodrigues: c a + s (axis x a) + (1 - c) (axis . a) axis, for the rows of r as vectors turned
  // back.
  v3 axis = v3_all(j->axis);
  for (int i = 0; i < 3; i++) {
    v3 a = v3_of(r + 3 * i);
    vd along = v3_dot(axis, a) * (1 - c);
    v3 b = v3_plus(v3_times(a, c), along, axis);
    v3_put(r + 3 * i, v3_plus(b, s, v3_cross(a, axis)));
  }
}

// The pose of a body on a free joint; its quaternion is brought to length 1 in the state.
LANE_INLINE void place_free(lane_work *w, const joint_constants *j, vd *place, vd *r) {
  vd *q = w->qpos + j->position;
  for (int i = 0; i < 3; i++) place[i] = q[i];
  q += 3;
  vd norm = vsqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
  vm lost = norm < 1e-15;
  vd scale = 1 / norm;
  for (int i = 0; i < 4; i++) q[i] = pick(lost, (vd)(i == 0 ? 1.0 : 0.0), q[i] * scale);
  vd a = q[0], x = q[1], y = q[2], z = q[3];
  r[0] = a * a + x * x - y * y - z * z, r[1] = 2 * (x * y - a * z), r[2] = 2 * (x * z + a * y);
  r[3] = 2 * (x * y + a * z), r[4] = a * a - x * x + y * y - z * z, r[5] = 2 * (y * z - a * x);
  r[6] = 2 * (x * z - a * y), r[7] = 2 * (y * z + a * x), r[8] = a * a - x * x - y * y + z * z;
}

// Hinges and slides of a body, one after the other.
LANE_INLINE void move_by_joints(lane_work *w, const lane_model *m, const body_constants *b,
                                v3 *place, vd *r) {
  for (int i = b->first_joint; i < b->first_joint + b->joint_count; i++) {
    const joint_constants *j = &m->joint[i];
    vd q = w->qpos[j->position] - j->reference;
    v3 axis = turn(r, v3_all(j->axis));
    v3 anchor = j->is_anchored ? v3_add(*place, turn(r, v3_all(j->place))) : *place;
    v3_put(w->joint_axis[i], axis);
    v3_put(w->anchor[i], anchor);
    if (j->kind == JOINT_SLIDE) {
      *place = v3_plus(*place, q, axis);
      continue;
    }
    rotate(r, j, q);
    if (j->is_anchored) *place = v3_sub(anchor, turn(r, v3_all(j->place)));
  }
}

// Places and rotations of all bodies, centres of mass of bodies and subtrees.
LANE_INLINE void compute_kinematics(lane_work *w, const lane_model *m) {
  for (int i = 1; i < m->bodies; i++) {
    const body_constants *b = &m->body[i];
    vd *r = w->rotation[i];
    if (b->joint_count == 1 && m->joint[b->first_joint].kind == JOINT_FREE) {
      place_free(w, &m->joint[b->first_joint], w->place[i], r);
    } else {
      v3 place = v3_add(v3_of(w->place[b->parent]), turn(w->rotation[b->parent], v3_all(b->place)));
      if (b->is_turned)
        turn_all(r, w->rotation[b->parent], b->rotation);
      else
        for (int k = 0; k < 9; k++) r[k] = w->rotation[b->parent][k];
      move_by_joints(w, m, b, &place, r);
      v3_put(w->place[i], place);
    }
    v3 centre = v3_add(v3_of(w->place[i]), turn(r, v3_all(b->centre)));
    v3_put(w->centre[i], centre);
    v3_put(w->subtree[i], v3_times(centre, b->mass));
  }
  v3_put(w->subtree[0], v3_times(v3_of(w->centre[0]), m->body[0].mass));
  for (int i = m->bodies - 1; i > 0; i--) {
    int parent = m->body[i].parent;
    v3_put(w->subtree[parent], v3_add(v3_of(w->subtree[parent]), v3_of(w->subtree[i])));
  }
  for (int i = 0; i < m->bodies; i++) {
    double mass = m->body[i].subtree_mass;
    v3 sum = v3_of(w->subtree[i]);
    v3_put(w->subtree[i], mass < 1e-15 ? v3_of(w->centre[i]) : v3_times(sum, 1 / mass));
  }
}

// Spatial inertias about the centre of mass of each body's tree.
LANE_INLINE void compute_inertias(lane_work *w, const lane_model *m) {
  for (int i = 1; i < m->bodies; i++) {
    const body_constants *b = &m->body[i];
    vd *to = w->inertia[i], r[9];
    turn_all(r, w->rotation[i], b->principal);
    v3 d = v3_sub(v3_of(w->centre[i]), v3_of(w->subtree[b->root]));
    const double *p = b->inertia;
    vd dd = v3_dot(d, d);
    vd x[3] = {d.x, d.y, d.z};
    static const int rows[6] = {0, 1, 2, 0, 0, 1}, columns[6] = {0, 1, 2, 1, 2, 2};
    for (int k = 0; k < 6; k++) {
      int s = rows[k], t = columns[k];
      vd turned = r[3 * s] * r[3 * t] * p[0] + r[3 * s + 1] * r[3 * t + 1] * p[1] +
                  r[3 * s + 2] * r[3 * t + 2] * p[2];
      to[k] = turned + b->mass * ((s == t ? dd : (vd)0.0) - x[s] * x[t]);
    }
    for (int k = 0; k < 3; k++) to[6 + k] = b->mass * x[k];
    to[9] = (vd)b->mass;
  }
}

// The motion of the body, about its tree's centre of mass, for each degree of freedom.
LANE_INLINE void compute_axes(lane_work *w, const lane_model *m) {
  for (int i = 0; i < m->joints; i++) {
    const joint_constants *j = &m->joint[i];
    vd (*to)[6] = &w->axis[j->velocity];
    v3 zero = {0.0, 0.0, 0.0};
    v3 origin = v3_of(w->subtree[m->body[j->body].root]);
    if (j->kind == JOINT_FREE) {
      const vd *r = w->rotation[j->body];
      v3 offset = v3_sub(origin, v3_of(w->place[j->body]));
      for (int k = 0; k < 3; k++) {
        v6_put(to[k], (v6){zero, {(vd)(k == 0), (vd)(k == 1), (vd)(k == 2)}});
        v3 axis = {r[k], r[3 + k], r[6 + k]};
        v6_put(to[3 + k], (v6){axis, v3_cross(axis, offset)});
      }
      continue;
    }
    v3 axis = v3_of(w->joint_axis[i]);
    if (j->kind == JOINT_SLIDE)
      v6_put(to[0], (v6){zero, axis});
    else
      v6_put(to[0], (v6){axis, v3_cross(axis, v3_sub(origin, v3_of(w->anchor[i])))});
  }
}
