// What a group of eight lanes has computed; arrays of vectors, in the order of their use.
#ifndef METARL_LANE_WORK_H
#define METARL_LANE_WORK_H

#include "model.h"
#include "spatial.h"

// A contact of the present evaluation, in some lane at least.
typedef struct {
  int slot;
  int length, dof;      // as the slot's
  v3 point, normal, tangent, second;
  vd weight;            // D of every row, 0 in lanes without the contact
  vd value[3], change[3];  // J a - a_ref along normal and tangents, and its change along a step
  vd force[3];
  vd *jacobian;         // [3, length], along the chain of `dof`
} contact;

// An exceeded limit of the present evaluation, in some lane at least.
typedef struct {
  int dof;
  double side;
  vd weight, value, change;
} active_limit;

struct lane_work {
  // State, [nq], [nv], [nv], [nu].
  vd qpos[MAX_DOFS + MAX_JOINTS], qvel[MAX_DOFS], warm[MAX_DOFS], ctrl[MAX_CONTROLS];
  vm broken;
  // Bodies: places, rotations, centres of mass, their axes, inertias, centres of subtrees.
  vd place[MAX_BODIES][3], rotation[MAX_BODIES][9], centre[MAX_BODIES][3];
  vd subtree[MAX_BODIES][3];
  vd inertia[MAX_BODIES][10], composite[MAX_BODIES][10];
  // Motion of bodies and degrees of freedom.
  vd axis[MAX_DOFS][6], axis_rate[MAX_DOFS][6], velocity[MAX_BODIES][6];
  vd joint_axis[MAX_JOINTS][3], anchor[MAX_JOINTS][3];
  vd wrench[MAX_BODIES][6], acceleration[MAX_BODIES][6];
  // Mass matrix and its factor L^T D L, entries along the chains; 1 / D apart.
  vd mass[MAX_ENTRIES], factor[MAX_ENTRIES], inverse[MAX_DOFS];
  vd hessian[MAX_ENTRIES], hessian_inverse[MAX_DOFS];
  // Forces and accelerations, [nv].
  vd smooth_force[MAX_DOFS], smooth[MAX_DOFS], qacc[MAX_DOFS], mass_qacc[MAX_DOFS];
  vd step[MAX_DOFS], mass_step[MAX_DOFS];
  // Constraints.
  int contacts, limits;
  contact contact[MAX_SLOTS];
  active_limit limit[2 * MAX_JOINTS];
  // Runge-Kutta.
  vd start_qpos[MAX_DOFS + MAX_JOINTS], start_qvel[MAX_DOFS];
  vd sum_qvel[MAX_DOFS], sum_qacc[MAX_DOFS], rate[MAX_DOFS];
  // Results.
  vd contact_force[MAX_BODIES][6], subtree_velocity[MAX_BODIES][3];
  struct lane_counts counts;
  // Rows of all contacts at once; as many as the model can have.
  vd jacobian[];
};

#endif
