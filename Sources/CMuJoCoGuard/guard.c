#ifdef METARL_MUJOCO

#include "CMuJoCoGuard.h"
#include "guard_jump.h"

#include <mujoco/mujoco.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Thread_local jmp_buf *guard_return_point;
static _Thread_local char last_message[1024];

static void on_error(const char *message) {
  if (guard_return_point == NULL) {
    fprintf(stderr, "error: MuJoCo: %s\n", message);
    _Exit(1);
  }
  strncpy(last_message, message, sizeof last_message - 1);
  longjmp(*guard_return_point, 1);
}

static void on_warning(const char *message) { (void)message; }

void guard_install_handlers(void) {
  mju_user_error = on_error;
  mju_user_warning = on_warning;
}

mjModel *guard_load(const char *path, char *message, int message_size) {
  GUARD_OR({
    snprintf(message, (size_t)message_size, "%s", last_message);
    return NULL;
  });
  mjModel *model = mj_loadXML(path, NULL, message, message_size);
  GUARD_END();
  return model;
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

int guard_is_control_limited(const mjModel *model, int actuator) {
  return model->actuator_ctrllimited[actuator] ? 1 : 0;
}

const char *guard_message(void) { return last_message; }

#else

// An empty translation unit is not C.
typedef int guard_is_built_without_mujoco;

#endif
