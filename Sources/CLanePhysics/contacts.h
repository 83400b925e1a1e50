// Constraints of the present state: exceeded limits and contacts, with the weights, reference
// accelerations and Jacobians of their rows.
//
// Source: documentation, Computation, "Constraint model", and Modeling, "Solver parameters".

// Impedance d(r) of a violation.
LANE_INLINE vd impedance(const softness *s, vd violation) {
  if (s->is_flat) return (vd)(0.5 * (s->low + s->high));
  vd x = vabs(violation) / s->width;
  vd y = x;
  if (!s->is_linear) {
    vd rest = 1 - x;
    y = pick(x <= (vd)s->middle, x * x / s->middle, 1 - rest * rest / (1 - s->middle));
  }
  vd d = s->low + y * (s->high - s->low);
  return pick(x >= 1.0, (vd)s->high, d);
}

// D = 1 / R of a row: R = (1 - d) / d times the inverse weight, 0 in lanes outside `mask`.
LANE_INLINE vd row_weight(vd d, double scale, vm mask) {
  return only(mask, 1 / vmax((vd)1e-15, (1 - d) * scale / d));
}

LANE_INLINE void find_limits(lane_work *w, const lane_model *m) {
  w->limits = 0;
  for (int i = 0; i < m->limits; i++) {
    const limit_constants *l = &m->limit[i];
    vd distance = l->side * (l->bound - w->qpos[l->position]);
    vm mask = distance < l->soft.margin;
    if (!any(mask)) continue;
    active_limit *to = &w->limit[w->limits++];
    vd violation = distance - l->soft.margin;
    to->dof = l->dof;
    to->side = -l->side;
    to->weight = row_weight(impedance(&l->soft, violation), l->scale, mask);
    // -a_ref = B J v + K d r
    to->value = l->soft.damping * (to->side * w->qvel[l->dof]) +
                l->soft.stiffness * impedance(&l->soft, violation) * violation;
  }
}

LANE_INLINE v3 point_of(const lane_work *w, int body, const double *local) {
  return v3_add(v3_of(w->place[body]), turn(w->rotation[body], v3_all(local)));
}

// Nearest points of two capsules' axes, as fractions in [-1, 1] of their half lengths; a sphere is
// a capsule of half length 0. The minimum of a convex quadratic over a square: the free minimum,
// or the better of the clamped ones.
LANE_INLINE void nearest(v3 gap, v3 a, v3 b, vd *s, vd *t) {
  // |gap + t b - s a|^2
  vd aa = v3_dot(a, a), bb = v3_dot(b, b), ab = v3_dot(a, b);
  vd ga = v3_dot(gap, a), gb = v3_dot(gap, b);
  vd determinant = aa * bb - ab * ab;
  vd low = (vd)-1.0, high = (vd)1.0;
  vm is_parallel = ~(determinant >= 1e-15);
  vd free = pick(is_parallel, (vd)0.0, (ga * bb - ab * gb) / determinant);
  vd u = vmin(vmax(free, low), high);
  vd v = pick(bb > 0.0, (ab * u - gb) / bb, (vd)0.0);
  vd clamped = vmin(vmax(v, low), high);
  vd again = pick(aa > 0.0, (ga + ab * clamped) / aa, (vd)0.0);
  *t = clamped;
  *s = pick(clamped == v, u, vmin(vmax(again, low), high));
}

// The distance of a slot, the contact's place and normal.
LANE_INLINE vd measure(const lane_work *w, const slot_constants *s, v3 *point, v3 *normal) {
  v3 centre = point_of(w, s->second.body, s->second.centre);
  if (!s->is_pair) {
    *normal = v3_all(s->normal);
    vd distance = s->is_vertical ? centre.z - (s->origin[2] + s->second.radius)
                                 : v3_dot(v3_sub(centre, v3_all(s->origin)), *normal) -
                                       s->second.radius;
    *point = v3_plus(centre, -(s->second.radius + 0.5 * distance), *normal);
    return distance;
  }
  v3 first = point_of(w, s->first.body, s->first.centre);
  v3 a = v3_times(turn(w->rotation[s->first.body], v3_all(s->first.axis)), (vd)s->first.half);
  v3 b = v3_times(turn(w->rotation[s->second.body], v3_all(s->second.axis)), (vd)s->second.half);
  vd u, v;
  nearest(v3_sub(centre, first), a, b, &u, &v);
  first = v3_plus(first, u, a), centre = v3_plus(centre, v, b);
  v3 gap = v3_sub(centre, first);
  vd length = vsqrt(v3_dot(gap, gap));
  vm touches = length < 1e-15;
  vd one = 1 / length;
  *normal = (v3){pick(touches, (vd)1.0, gap.x * one), only(~touches, gap.y * one),
                 only(~touches, gap.z * one)};
  vd distance = length - (s->first.radius + s->second.radius);
  *point = v3_plus(first, s->first.radius + 0.5 * distance, *normal);
  return distance;
}

// Two tangents: the first follows the capsule, or y (z where the normal is near y).
LANE_INLINE void set_tangents(const lane_work *w, const slot_constants *s, contact *c) {
  v3 n = c->normal, along;
  if (s->has_axis) {
    along = turn(w->rotation[s->body], v3_all(s->second.axis));
  } else {
    vm steep = (n.y < 0.5) & (n.y > -0.5);
    along = (v3){0.0, only(steep, (vd)1.0), only(~steep, (vd)1.0)};
  }
  along = v3_plus(along, -v3_dot(n, along), n);
  vd length = vsqrt(v3_dot(along, along));
  vm lost = length < 1e-15;
  vd one = 1 / length;
  c->tangent = (v3){pick(lost, (vd)1.0, along.x * one), only(~lost, along.y * one),
                    only(~lost, along.z * one)};
  c->second = v3_cross(n, c->tangent);
}

// Rows of the Jacobian along the chain: the velocity of the place for each degree of freedom.
LANE_INLINE void set_jacobian(const lane_work *w, const lane_model *m, const slot_constants *s,
                              contact *c) {
  v3 offset = v3_sub(c->point, v3_of(w->subtree[m->body[s->body].root]));
  const int *chain = m->chain + m->row[s->dof];
  vd sums[3] = {(vd)0.0, (vd)0.0, (vd)0.0};
  for (int k = 0; k < s->length; k++) {
    const vd *axis = w->axis[chain[k]];
    v3 v = v3_add(v3_of(axis + 3), v3_cross(v3_of(axis), offset));
    if (s->is_pair) v = v3_times(v, (vd)s->sign);
    vd *to = c->jacobian + k;
    to[0] = s->is_vertical ? v.z : v3_dot(c->normal, v);
    sums[0] += to[0] * w->qvel[chain[k]];
    if (s->rows == 1) continue;
    to[s->length] = v3_dot(c->tangent, v);
    to[2 * s->length] = v3_dot(c->second, v);
    sums[1] += to[s->length] * w->qvel[chain[k]];
    sums[2] += to[2 * s->length] * w->qvel[chain[k]];
  }
  for (int i = 0; i < s->rows; i++) c->value[i] = s->soft.damping * sums[i];
}

LANE_INLINE void find_contacts(lane_work *w, const lane_model *m) {
  w->contacts = 0;
  vd *room = w->jacobian;
  for (int i = 0; i < m->slots; i++) {
    const slot_constants *s = &m->slot[i];
    v3 point, normal;
    vd distance = measure(w, s, &point, &normal);
    vm mask = distance < s->reach;
    if (!any(mask)) continue;
    contact *c = &w->contact[w->contacts++];
    c->slot = i;
    c->length = s->length;
    c->dof = s->dof;
    c->point = point;
    c->normal = normal;
    c->jacobian = room;
    room += s->rows * s->length;
    if (s->rows > 1) set_tangents(w, s, c);
    set_jacobian(w, m, s, c);
    vd violation = distance - s->reach, d = impedance(&s->soft, violation);
    c->weight = row_weight(d, s->scale, mask);
    c->value[0] += s->soft.stiffness * d * violation;
  }
  w->counts.slots += w->contacts;
}
