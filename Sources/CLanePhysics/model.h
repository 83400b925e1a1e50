// The constants of a model, as the lane engine reads them.
//
// Bodies, joints and degrees of freedom keep MuJoCo's numbers. The tree of degrees of freedom is
// held as chains: the chain of i is i, its parent, its parent's parent, up to the root. Row i of a
// symmetric matrix of the tree (the mass matrix, the solver's Hessian) holds one entry for each
// member of the chain, so its row starts at `row[i]`, and `chain[row[i] + k]` is the k-th member.
#ifndef METARL_LANE_MODEL_H
#define METARL_LANE_MODEL_H

#include "CLanePhysics.h"

enum {
  MAX_BODIES = 48,
  MAX_JOINTS = 48,
  MAX_GEOMS = 64,
  MAX_SITES = 64,
  MAX_DOFS = 48,
  MAX_CONTROLS = 48,
  MAX_SLOTS = 128,
  MAX_ENTRIES = MAX_DOFS * (MAX_DOFS + 1) / 2
};

enum joint_kind { JOINT_FREE, JOINT_SLIDE, JOINT_HINGE };

typedef struct {
  int parent, root;
  int first_joint, joint_count;
  int last_dof;            // deepest of the body's chain; -1 fixed to the world
  int is_turned;           // whether `rotation` differs from the identity
  double place[3];         // in the parent
  double rotation[9];      // in the parent, row by row
  double centre[3];        // centre of mass in the body
  double principal[9];     // principal axes of inertia in the body
  double mass, inertia[3];
  double subtree_mass;
  double box[3];           // sides of the box of the same inertia, for the fluid
  double diameter;         // mean of the sides
} body_constants;

typedef struct {
  enum joint_kind kind;
  int body, position, velocity;  // first entries in qpos and qvel
  int principal_axis;            // 1, 2, 3 for x, y, z, negative against it; 0 for another axis
  int is_anchored;               // whether `place` differs from the body's origin
  double place[3], axis[3];      // in the body
  double reference, stiffness, spring;
} joint_constants;

typedef struct {
  int body, parent, length;      // length of the chain
  double armature, damping;
} dof_constants;

// Reference acceleration and impedance: solref and solimp after MuJoCo's clamping.
typedef struct {
  double stiffness, damping;            // K, B
  double low, high, width, middle;      // solimp
  int is_flat, is_linear;
  double margin;
} softness;

// A limit of a hinge or slide, one side.
typedef struct {
  int dof, position;
  double side, bound, scale;            // -1 lower, 1 upper; range; 1 / weight of the constraint
  softness soft;
} limit_constants;

// A motor on a hinge or slide.
typedef struct {
  int dof, is_limited, is_force_limited;
  double gear, gain, low, high, force_low, force_high;
} motor_constants;

// A sphere in a body: a sphere geom, an end of a capsule, or (half > 0) a whole capsule.
typedef struct {
  int body;
  double centre[3], axis[3], half, radius;
} round_shape;

// A place where a contact may be: a sphere against a plane of the world, or two round shapes.
typedef struct {
  int is_pair;
  int body, other;                      // the force acts on `body`, against it on `other`
  double sign;                          // of `body`'s motion in a pair: -1 when `other` is deeper
  int length, dof;                      // deepest degree of freedom that moves it, how many do
  int has_axis;                         // whether the first tangent follows the capsule
  int rows;                             // condim: 1 or 3
  int is_vertical;                      // whether the plane's normal is z
  double origin[3], normal[3];          // of the plane
  double reach;                         // contacts nearer than this count
  double friction[2], scale;            // slopes of the pyramid, 1 / weight
  round_shape first, second;            // second: the one that the force acts on
  softness soft;
} slot_constants;

// The frame of a geom or site in its body.
typedef struct {
  int body;
  double place[3], rotation[9];
} place_constants;

struct lane_model {
  int bodies, joints, geoms, sites, positions, velocities, controls, limits, motors, slots, entries;
  int is_runge_kutta, is_damped, is_fluid;
  double timestep, gravity[3], density, viscosity, wind[3];
  body_constants body[MAX_BODIES];
  joint_constants joint[MAX_JOINTS];
  place_constants geom[MAX_GEOMS], site[MAX_SITES];
  dof_constants dof[MAX_DOFS];
  int row[MAX_DOFS + 1];
  int chain[MAX_ENTRIES];
  limit_constants limit[2 * MAX_JOINTS];
  motor_constants motor[MAX_CONTROLS];
  slot_constants slot[MAX_SLOTS];
};

// Fills in everything but limits and slots; 0 with a reason when the model is not covered.
int lane_model_bodies(lane_model *model, const struct mjModel_ *source, char *reason, int capacity);
// Fills in limits and slots; 0 with a reason when they are not covered.
int lane_model_contacts(lane_model *model, const struct mjModel_ *source, char *reason,
                        int capacity);
// Whether lanes cover the model apart from its bodies and contacts; else 0 with a reason.
int lane_model_is_covered(const struct mjModel_ *source, char *reason, int capacity);

#endif
