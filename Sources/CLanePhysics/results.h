// What observations and rewards read beside the state.

// cfrc_ext: the contacts' forces on each body, about its tree's centre of mass.
LANE_INLINE void compute_contact_forces(lane_work *w, const lane_model *m) {
  for (int i = 0; i < m->bodies; i++)
    for (int k = 0; k < 6; k++) w->contact_force[i][k] = (vd)0.0;
  for (int i = 0; i < w->contacts; i++) {
    const contact *c = &w->contact[i];
    const slot_constants *s = &m->slot[c->slot];
    v3 force = v3_times(c->normal, c->force[0]);
    if (s->rows > 1)
      force = v3_plus(v3_plus(force, c->force[1], c->tangent), c->force[2], c->second);
    const int bodies[2] = {s->body, s->is_pair ? s->other : 0};
    for (int k = 0; k < 2; k++) {
      if (bodies[k] == 0) continue;
      v3 offset = v3_sub(c->point, v3_of(w->subtree[m->body[bodies[k]].root]));
      v6 wrench = {v3_cross(offset, force), force};
      v6_put(w->contact_force[bodies[k]],
             v6_plus(v6_of(w->contact_force[bodies[k]]), (vd)(k == 0 ? 1.0 : -1.0), wrench));
    }
  }
}

// subtree_linvel: the velocities of the subtrees' centres of mass.
LANE_INLINE void compute_subtree_velocities(lane_work *w, const lane_model *m) {
  for (int i = 0; i < m->bodies; i++) {
    const body_constants *b = &m->body[i];
    v6 v = v6_of(w->velocity[i]);
    v3 offset = v3_sub(v3_of(w->centre[i]), v3_of(w->subtree[b->root]));
    v3_put(w->subtree_velocity[i],
           v3_times(v3_add(v.linear, v3_cross(v.angular, offset)), (vd)b->mass));
  }
  for (int i = m->bodies - 1; i > 0; i--) {
    int parent = m->body[i].parent;
    v3_put(w->subtree_velocity[parent],
           v3_add(v3_of(w->subtree_velocity[parent]), v3_of(w->subtree_velocity[i])));
  }
  for (int i = 0; i < m->bodies; i++) {
    double mass = m->body[i].subtree_mass;
    v3_put(w->subtree_velocity[i],
           v3_times(v3_of(w->subtree_velocity[i]), (vd)(1 / (mass < 1e-15 ? 1e-15 : mass))));
  }
}
