// Spatial vectors of eight lanes: angular part, then linear part, in the world's axes about a
// point of the body's tree. Source: Featherstone, Rigid Body Dynamics Algorithms, chapter 2.
#ifndef METARL_LANE_SPATIAL_H
#define METARL_LANE_SPATIAL_H

#include "vector.h"

typedef struct {
  v3 angular, linear;
} v6;

LANE_INLINE v6 v6_of(const vd *p) { return (v6){v3_of(p), v3_of(p + 3)}; }
LANE_INLINE void v6_put(vd *p, v6 a) { v3_put(p, a.angular), v3_put(p + 3, a.linear); }
LANE_INLINE v6 v6_add(v6 a, v6 b) {
  return (v6){v3_add(a.angular, b.angular), v3_add(a.linear, b.linear)};
}
LANE_INLINE v6 v6_sub(v6 a, v6 b) {
  return (v6){v3_sub(a.angular, b.angular), v3_sub(a.linear, b.linear)};
}
LANE_INLINE v6 v6_plus(v6 a, vd s, v6 b) {
  return (v6){v3_plus(a.angular, s, b.angular), v3_plus(a.linear, s, b.linear)};
}
LANE_INLINE vd v6_dot(v6 a, v6 b) {
  return v3_dot(a.angular, b.angular) + v3_dot(a.linear, b.linear);
}
// v x m: how a motion m fixed in a body that moves with v changes.
LANE_INLINE v6 cross_motion(v6 v, v6 m) {
  return (v6){v3_cross(v.angular, m.angular),
              v3_add(v3_cross(v.angular, m.linear), v3_cross(v.linear, m.angular))};
}
// v x* f: how a force f fixed in a body that moves with v changes.
LANE_INLINE v6 cross_force(v6 v, v6 f) {
  return (v6){v3_add(v3_cross(v.angular, f.angular), v3_cross(v.linear, f.linear)),
              v3_cross(v.angular, f.linear)};
}

// A spatial inertia, ten numbers: xx, yy, zz, xy, xz, yz of the rotational inertia about the
// point, mass times the centre's offset from it, mass.
LANE_INLINE v6 inertia_times(const vd *i, v6 m) {
  v3 w = m.angular, v = m.linear, d = v3_of(i + 6);
  v3 turned = {i[0] * w.x + i[3] * w.y + i[4] * w.z, i[3] * w.x + i[1] * w.y + i[5] * w.z,
               i[4] * w.x + i[5] * w.y + i[2] * w.z};
  return (v6){v3_add(turned, v3_cross(d, v)), v3_sub(v3_times(v, i[9]), v3_cross(d, w))};
}

#endif
