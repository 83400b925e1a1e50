// MuJoCo's functions that may raise an error, called so that the error comes back as a value.
//
// MuJoCo reports an internal error (a full stack, an unknown integrator) by calling
// `mju_user_error`, which must not return; without one it prints, waits for a key and exits.
// The handler installed here jumps back to the guarded call on the same thread. Outside a
// guarded call it prints one line on standard error and ends the process with status 1.
// Warnings are counted by MuJoCo in mjData.warning and printed nowhere.
#ifndef CMUJOCO_GUARD_H
#define CMUJOCO_GUARD_H

#include <stddef.h>

struct mjModel_;
struct mjData_;

// Installs the error and warning handlers; to be called before any other MuJoCo function.
// Calling it again does no harm.
void guard_install_handlers(void);

// A file of a model, in memory.
struct guard_file {
  const char *name;  // below the model's folder
  const unsigned char *bytes;
  size_t size;  // at least 1
};

// The stack on which a model is compiled, in bytes.
#define GUARD_LOAD_STACK (16 << 20)

// Compiles the first of the files, which may name the others; nothing else is opened as long as
// it names no more than these (a trial has made sure of that). NULL with a message when it cannot
// be compiled, or with `is_memory` 1 when there was no memory for it; what MuJoCo held by then may
// not be freed.
struct mjModel_ *guard_load(const struct guard_file *files, int count, char *message,
                            int message_size, int *is_memory);

// mj_makeData and mj_copyModel; NULL when there is no memory, with `guard_message`.
struct mjData_ *guard_make_data(const struct mjModel_ *model);
struct mjModel_ *guard_copy_model(struct mjModel_ *destination, const struct mjModel_ *source);

// mj_setConst: what MuJoCo derives from masses and inertias. Returns 1, or 0 after an error.
int guard_set_constants(struct mjModel_ *model, struct mjData_ *data);

// Bytes of one simulation.
long long guard_simulation_bytes(const struct mjData_ *data);

// What a guarded call runs.
enum guard_operation {
  GUARD_STEP,            // mj_step, count times
  GUARD_FORWARD,         // mj_forward
  GUARD_CONTACT_FORCES,  // mj_rnePostConstraint
  GUARD_KINEMATICS,      // mj_kinematics, mj_comPos, mj_comVel, mj_subtreeVel
  GUARD_RESET,           // mj_resetData
};

// Runs the operation. Returns 1, or 0 when MuJoCo raised an error; then `data` is in an
// undefined state and must be reset.
int guard_run(const struct mjModel_ *model, struct mjData_ *data, enum guard_operation operation,
              int count);

// Whether MuJoCo has warned since the last reset that the simulation diverged: a bad number
// in position, velocity, acceleration or control, a singular inertia, or more contacts or
// constraints than there is room for.
int guard_has_broken_down(const struct mjData_ *data);

// Has contacts looked for without the bounding volumes of bodies, which a changed geom leaves.
void guard_forget_bounding_volumes(struct mjModel_ *model);

// Whether body or geom `first` is in contact with `second`, or with anything when that is -1.
int guard_touches(const struct mjModel_ *model, const struct mjData_ *data, int is_of_bodies,
                  int first, int second);

// Whether an actuator's control is limited (a byte or a bool, depending on MuJoCo's release).
int guard_is_control_limited(const struct mjModel_ *model, int actuator);

// MuJoCo's renderer off screen, in a build with OSMesa; without it these are not defined.
// Errors come back as values; what follows one is only guard_renderer_free.
struct guard_renderer;

// Forms of marks.
enum guard_mark_shape { GUARD_MARK_BOX, GUARD_MARK_DISC, GUARD_MARK_ARROW };

// What stands in the picture beside the model, in the world's metres.
struct guard_mark {
  enum guard_mark_shape shape;
  double size[3];      // half sides; radius, -, half height; radius of shaft, head, length
  double place[3];     // of its middle; of an arrow's start
  double rotation[9];  // row by row
  float color[4];      // red, green, blue, opacity in [0, 1]
};

// From where the picture is taken.
struct guard_camera {
  double lookat[3];   // m
  double distance;    // m
  double azimuth;     // degrees; 90 looks along y
  double elevation;   // degrees; -90 looks down
};

// A renderer of a model with the colors of floor, even and odd parts; NULL after an error.
struct guard_renderer *guard_renderer_make(const struct mjModel_ *model, int width, int height,
                                           const float colors[3][4]);

// Draws the model at `position` (qpos) into `rgb` [height, width, 3], the lowest row first.
// Returns 1, or 0 after an error.
int guard_renderer_draw(struct guard_renderer *renderer, const double *position,
                        const struct guard_camera *camera, const struct guard_mark *marks,
                        int count, unsigned char *rgb);

// Gives a renderer's memory back; NULL is none.
void guard_renderer_free(struct guard_renderer *renderer);

// The message of this thread's last error; empty when there was none.
const char *guard_message(void);

#include "CMuJoCoTrial.h"

#endif
