#ifdef METARL_MUJOCO

#include "CMuJoCoGuard.h"
#include "guard_jump.h"

#include <mujoco/mujoco.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__thread jmp_buf *guard_return_point;
static __thread char last_message[1024];

static void on_error(const char *message) {
  if (guard_return_point == NULL) {
    fprintf(stderr, "error: MuJoCo: %s\n", message);
    _Exit(1);
  }
  snprintf(last_message, sizeof last_message, "%s", message);
  longjmp(*guard_return_point, 1);
}

static void on_warning(const char *message) { (void)message; }

void guard_install_handlers(void) {
  mju_user_error = on_error;
  mju_user_warning = on_warning;
}

mjData *guard_make_data(const mjModel *model) {
  GUARD_OR(return NULL);
  mjData *data = mj_makeData(model);
  GUARD_END();
  return data;
}

mjModel *guard_copy_model(mjModel *destination, const mjModel *source) {
  GUARD_OR(return NULL);
  mjModel *copy = mj_copyModel(destination, source);
  GUARD_END();
  return copy;
}

int guard_set_constants(mjModel *model, mjData *data) {
  GUARD_OR(return 0);
  mj_setConst(model, data);
  GUARD_END();
  return 1;
}

long long guard_simulation_bytes(const mjData *data) {
#if mjVERSION_HEADER >= 300
  return (long long)data->nbuffer + (long long)data->narena;
#else
  return (long long)data->nbuffer + (long long)data->nstack * (long long)sizeof(mjtNum);
#endif
}

int guard_run(const mjModel *model, mjData *data, enum guard_operation operation, int count) {
  GUARD_OR(return 0);
  switch (operation) {
  case GUARD_STEP:
    for (int i = 0; i < count; i++) mj_step(model, data);
    break;
  case GUARD_FORWARD:
    mj_forward(model, data);
    break;
  case GUARD_CONTACT_FORCES:
    mj_rnePostConstraint(model, data);
    break;
  case GUARD_KINEMATICS:
    mj_kinematics(model, data);
    mj_comPos(model, data);
    mj_comVel(model, data);
    mj_subtreeVel(model, data);
    break;
  case GUARD_RESET:
    mj_resetData(model, data);
    break;
  }
  GUARD_END();
  return 1;
}

int guard_has_broken_down(const mjData *data) {
  static const mjtWarning fatal[] = {mjWARN_INERTIA, mjWARN_CONTACTFULL, mjWARN_CNSTRFULL,
                                     mjWARN_BADQPOS, mjWARN_BADQVEL,     mjWARN_BADQACC,
                                     mjWARN_BADCTRL};
  for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++) {
    if (data->warning[fatal[i]].number > 0) return 1;
  }
  return 0;
}

void guard_forget_bounding_volumes(mjModel *model) {
#if mjVERSION_HEADER >= 237
  model->opt.disableflags |= mjDSBL_MIDPHASE;
#else
  (void)model;
#endif
}

int guard_touches(const mjModel *model, const mjData *data, int is_of_bodies, int first,
                  int second) {
  for (int i = 0; i < data->ncon; i++) {
    int one = data->contact[i].geom1, other = data->contact[i].geom2;
    // Flexible bodies, of later releases, have no geoms.
    if (one < 0 || other < 0) continue;
    if (is_of_bodies) {
      one = model->geom_bodyid[one];
      other = model->geom_bodyid[other];
    }
    if (one == first && (second < 0 || other == second)) return 1;
    if (other == first && (second < 0 || one == second)) return 1;
  }
  return 0;
}

int guard_is_control_limited(const mjModel *model, int actuator) {
  return model->actuator_ctrllimited[actuator] ? 1 : 0;
}

const char *guard_message(void) { return last_message; }

#else

// An empty translation unit is not C.
typedef int guard_is_built_without_mujoco;

#endif
