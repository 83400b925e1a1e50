// The engine for one instruction set; included with LANE_RUN defined to the function's name.
#ifdef METARL_MUJOCO

#include <mujoco/mujoco.h>

#include "work.h"

#pragma STDC FP_CONTRACT ON

#include "kinematics.h"
#include "inertia.h"
#include "forces.h"
#include "contacts.h"
#include "solver.h"
#include "step.h"
#include "results.h"

// One array of mjData of every lane into vectors; lanes without a simulation repeat the first.
LANE_INLINE void gather(vd *to, const mjtNum *const *from, int count) {
  for (int i = 0; i < count; i++)
    for (int lane = 0; lane < LANE_WIDTH; lane++) to[i][lane] = from[lane][i];
}

LANE_INLINE void scatter(mjtNum *const *to, const vd *from, int count, unsigned written) {
  for (int lane = 0; lane < LANE_WIDTH; lane++)
    if (written >> lane & 1)
      for (int i = 0; i < count; i++) to[lane][i] = from[i][lane];
}

#define LANE_POINTERS(FIELD)                                                              \
  {data[0]->FIELD, data[1]->FIELD, data[2]->FIELD, data[3]->FIELD,                        \
   data[4]->FIELD, data[5]->FIELD, data[6]->FIELD, data[7]->FIELD}
#define LANE_GATHER(TO, FIELD, COUNT)                         \
  do {                                                        \
    const mjtNum *const pointers[8] = LANE_POINTERS(FIELD);   \
    gather(TO, pointers, COUNT);                              \
  } while (0)
#define LANE_SCATTER(FIELD, FROM, COUNT)                      \
  do {                                                        \
    mjtNum *const pointers[8] = LANE_POINTERS(FIELD);         \
    scatter(pointers, FROM, COUNT, written);                  \
  } while (0)

// The frame of a geom or site in the world.
LANE_INLINE void set_frame(const lane_work *w, const place_constants *c, vd *place, vd *rotation) {
  v3_put(place, point_of(w, c->body, c->place));
  turn_all(rotation, w->rotation[c->body], c->rotation);
}

static void write_poses(lane_work *w, const lane_model *m, mjData *const *data, unsigned written) {
  LANE_SCATTER(xpos, &w->place[0][0], 3 * m->bodies);
  LANE_SCATTER(xmat, &w->rotation[0][0], 9 * m->bodies);
  LANE_SCATTER(subtree_com, &w->subtree[0][0], 3 * m->bodies);
  vd place[3], rotation[9];
  for (int i = 0; i < m->geoms; i++) {
    set_frame(w, &m->geom[i], place, rotation);
    LANE_SCATTER(geom_xpos + 3 * i, place, 3);
    LANE_SCATTER(geom_xmat + 9 * i, rotation, 9);
  }
  for (int i = 0; i < m->sites; i++) {
    set_frame(w, &m->site[i], place, rotation);
    LANE_SCATTER(site_xpos + 3 * i, place, 3);
    LANE_SCATTER(site_xmat + 9 * i, rotation, 9);
  }
}

unsigned LANE_RUN(const lane_model *m, lane_work *w, mjData *const *given, int count, int steps,
                  int results) {
  mjData *data[LANE_WIDTH];
  for (int lane = 0; lane < LANE_WIDTH; lane++) data[lane] = given[lane < count ? lane : 0];
  for (int k = 0; k < 3; k++) w->place[0][k] = w->centre[0][k] = (vd)0.0;
  for (int k = 0; k < 9; k++) w->rotation[0][k] = (vd)(k % 4 == 0 ? 1.0 : 0.0);
  LANE_GATHER(w->qpos, qpos, m->positions);
  LANE_GATHER(w->qvel, qvel, m->velocities);
  LANE_GATHER(w->warm, qacc_warmstart, m->velocities);
  LANE_GATHER(w->ctrl, ctrl, m->controls);
  advance(w, m, steps);
  w->broken |= is_bad(w->qpos, m->positions) | is_bad(w->qvel, m->velocities);
  unsigned broken = 0;
  for (int lane = 0; lane < count; lane++) broken |= w->broken[lane] ? 1u << lane : 0;
  unsigned written = ((1u << count) - 1) & ~broken;
  LANE_SCATTER(qpos, w->qpos, m->positions);
  LANE_SCATTER(qvel, w->qvel, m->velocities);
  LANE_SCATTER(qacc_warmstart, w->warm, m->velocities);
  for (int lane = 0; lane < count; lane++)
    if (written >> lane & 1)
      for (int i = 0; i < steps; i++) data[lane]->time += m->timestep;
  if (results & LANE_CONTACT_FORCES) {
    compute_contact_forces(w, m);
    LANE_SCATTER(cfrc_ext, &w->contact_force[0][0], 6 * m->bodies);
  }
  if (results & LANE_CURRENT_POSES) {
    compute_kinematics(w, m);
    compute_axes(w, m);
    compute_velocities(w, m);
    compute_subtree_velocities(w, m);
    LANE_SCATTER(subtree_linvel, &w->subtree_velocity[0][0], 3 * m->bodies);
  }
  if (results & (LANE_POSES | LANE_CURRENT_POSES)) write_poses(w, m, data, written);
  return broken;
}

#else
typedef int lanes_are_built_without_mujoco;
#endif
