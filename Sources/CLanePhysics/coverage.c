// Which models lanes cover, and why not the others.
#ifdef METARL_MUJOCO

#include <mujoco/mujoco.h>
#include <stdio.h>

#include "model.h"

#define REFUSE(...)                                     \
  do {                                                  \
    snprintf(reason, (size_t)capacity, __VA_ARGS__);    \
    return 0;                                           \
  } while (0)

static const char *name_of(const mjModel *m, int kind, int index) {
  const char *name = mj_id2name(m, kind, index);
  return name && *name ? name : "without a name";
}

static int options_are_covered(const mjModel *m, char *reason, int capacity) {
  int version = mj_version();
  if (version < 220 || version > 222)
    REFUSE("lanes follow MuJoCo 2.2, and this is release %d", version);
  const mjOption *o = &m->opt;
  if (o->integrator != mjINT_EULER && o->integrator != mjINT_RK4)
    REFUSE("its integrator is neither Euler nor RK4");
  if (o->cone != mjCONE_PYRAMIDAL) REFUSE("its friction cone is elliptic");
  if (o->solver != mjSOL_NEWTON) REFUSE("its solver is not Newton");
  if (o->noslip_iterations > 0) REFUSE("it uses the noslip solver");
  if (o->collision != mjCOL_ALL) REFUSE("it restricts which collisions are looked for");
  if (o->disableflags || o->enableflags) REFUSE("it sets flags of MuJoCo's (option flag)");
  return 1;
}

static int parts_are_covered(const mjModel *m, char *reason, int capacity) {
  const struct {
    int count;
    const char *what;
  } parts[] = {
      {m->ntendon, "tendons"},          {m->neq, "equality constraints"},
      {m->npair, "explicit contact pairs"}, {m->na, "actuators with a state of their own"},
      {m->nmocap, "mocap bodies"},      {m->nexclude, "excluded contact pairs"},
  };
  for (unsigned i = 0; i < sizeof parts / sizeof parts[0]; i++)
    if (parts[i].count > 0) REFUSE("it has %s", parts[i].what);
  if (m->nbody > MAX_BODIES || m->njnt > MAX_JOINTS || m->ngeom > MAX_GEOMS ||
      m->nsite > MAX_SITES || m->nv > MAX_DOFS || m->nu > MAX_CONTROLS)
    REFUSE("it has more than %d bodies, joints, degrees of freedom or actuators, or %d geoms or "
           "sites",
           MAX_BODIES, MAX_GEOMS);
  if (m->nv < 1) REFUSE("nothing in it moves");
  return 1;
}

static int joints_are_covered(const mjModel *m, char *reason, int capacity) {
  for (int j = 0; j < m->njnt; j++) {
    const char *name = name_of(m, mjOBJ_JOINT, j);
    if (m->jnt_type[j] == mjJNT_BALL) REFUSE("joint %s is a ball joint", name);
    if (m->jnt_type[j] != mjJNT_FREE) continue;
    if (m->jnt_limited[j]) REFUSE("free joint %s is limited", name);
    if (m->jnt_stiffness[j] != 0) REFUSE("free joint %s has a spring", name);
    if (m->body_jntnum[m->jnt_bodyid[j]] != 1) REFUSE("free joint %s is not alone", name);
  }
  for (int i = 0; i < m->nv; i++)
    if (m->dof_frictionloss[i] != 0)
      REFUSE("joint %s has frictionloss", name_of(m, mjOBJ_JOINT, m->dof_jntid[i]));
  return 1;
}

static int actuators_are_covered(const mjModel *m, char *reason, int capacity) {
  for (int i = 0; i < m->nu; i++) {
    const char *name = name_of(m, mjOBJ_ACTUATOR, i);
    int is_motor = m->actuator_dyntype[i] == mjDYN_NONE &&
                   m->actuator_gaintype[i] == mjGAIN_FIXED &&
                   m->actuator_biastype[i] == mjBIAS_NONE;
    if (!is_motor) REFUSE("actuator %s is not a motor", name);
    int joint = m->actuator_trnid[2 * i];
    if (m->actuator_trntype[i] != mjTRN_JOINT || m->jnt_type[joint] == mjJNT_FREE)
      REFUSE("actuator %s does not act on a hinge or slide", name);
  }
  return 1;
}

int lane_model_is_covered(const mjModel *m, char *reason, int capacity) {
  return options_are_covered(m, reason, capacity) && parts_are_covered(m, reason, capacity) &&
         joints_are_covered(m, reason, capacity) && actuators_are_covered(m, reason, capacity);
}

#else
typedef int lane_coverage_is_built_without_mujoco;
#endif
