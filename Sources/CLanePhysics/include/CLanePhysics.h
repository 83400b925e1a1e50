// Eight simulations of one model at once, one a lane of a vector, by the mechanics of MuJoCo 2.2.
//
// docs/Physics.md has the equations, what is covered and how it is tested. The constants come from
// a compiled mjModel, the state from and into mjData, one a lane, so that whatever reads mjData
// does not know which engine stepped it. A lane's bits depend neither on its neighbours nor on
// how many there are.
#ifndef METARL_CLANEPHYSICS_H
#define METARL_CLANEPHYSICS_H

struct mjModel_;
struct mjData_;

#pragma clang assume_nonnull begin

// Simulations that are stepped at once.
enum { LANE_WIDTH = 8 };

// What is written to mjData beside the state (qpos, qvel, qacc_warmstart, time).
enum lane_results {
  // cfrc_ext of the last physics step, as mj_rnePostConstraint after mj_step.
  LANE_CONTACT_FORCES = 1,
  // xpos, xmat, subtree_com and the frames of geoms and sites of the last physics step, as mj_step
  // leaves them.
  LANE_POSES = 2,
  // The same, and subtree_linvel, of the state after the step.
  LANE_CURRENT_POSES = 4,
};

// The constants of a model, read-only once made.
typedef struct lane_model lane_model;
// Room for one group of lanes; belongs to one thread at a time.
typedef struct lane_work lane_work;

// The constants of a compiled model, or null with the reason why lanes do not cover it, or
// "out of memory". Nothing of `source` is kept.
lane_model *_Nullable lane_model_make(const struct mjModel_ *source, char *reason, int capacity);
// Frees the constants; no room made for them may be used after it.
void lane_model_free(lane_model *_Nullable model);

// Room for groups of lanes of a model; null without memory.
lane_work *_Nullable lane_work_make(const lane_model *model);
// Frees the room.
void lane_work_free(lane_work *_Nullable work);

// Advances `count` simulations (1 to LANE_WIDTH) by `steps` physics steps with the controls in
// mjData.ctrl.
//
// Returns one bit a lane that diverged: a position, velocity or acceleration not finite or
// beyond 1e10, or a singular inertia. Nothing is written to such a lane's mjData.
unsigned lane_step(const lane_model *model, lane_work *work,
                   struct mjData_ *_Nonnull const *_Nonnull data, int count, int steps,
                   int results);

// Counts of the solver since the room was made, for measurements: physics evaluations of a group,
// Newton iterations, evaluations of line searches, contacts over all evaluations, and lanes whose
// solver had not finished after its most iterations.
struct lane_counts {
  long long evaluations, iterations, searches, slots, unfinished;
};
struct lane_counts lane_counts_of(const lane_work *work);

#pragma clang assume_nonnull end

#endif
