// Limits and places of contact of a model: which can be, and their constants.
//
// Rules of collision and of mixing two geoms' parameters: MuJoCo's documentation, Computation,
// "Collision" and "Contact", and XML reference, "geom".
#ifdef METARL_MUJOCO

#include <math.h>
#include <mujoco/mujoco.h>
#include <stdio.h>

#include "model.h"

#define REFUSE(...)                                     \
  do {                                                  \
    snprintf(reason, (size_t)capacity, __VA_ARGS__);    \
    return 0;                                           \
  } while (0)

static double clamp(double x, double low, double high) { return fmin(fmax(x, low), high); }

// K and B, and the clamped impedance. Source: documentation, Modeling, "Solver parameters".
static int set_softness(softness *s, const double *solref, const double *solimp, double timestep,
                        char *reason, int capacity) {
  double power = fmax(1, solimp[4]);
  if (power != 1 && power != 2) REFUSE("the power of a solimp is neither 1 nor 2");
  if ((solref[0] > 0) != (solref[1] > 0)) REFUSE("a solref mixes its two formats");
  s->low = clamp(solimp[0], mjMINIMP, mjMAXIMP);
  s->high = clamp(solimp[1], mjMINIMP, mjMAXIMP);
  s->width = fmax(0, solimp[2]);
  s->middle = clamp(solimp[3], mjMINIMP, mjMAXIMP);
  s->is_linear = power == 1;
  s->is_flat = s->low == s->high || s->width <= mjMINVAL;
  if (solref[0] > 0) {
    double time = fmax(solref[0], 2 * timestep), ratio = solref[1];
    s->stiffness = 1 / fmax(mjMINVAL, s->high * s->high * time * time * ratio * ratio);
    s->damping = 2 / fmax(mjMINVAL, s->high * time);
  } else {
    s->stiffness = -solref[0] / fmax(mjMINVAL, s->high * s->high);
    s->damping = -solref[1] / fmax(mjMINVAL, s->high);
  }
  return 1;
}

static int set_limits(lane_model *model, const mjModel *m, char *reason, int capacity) {
  for (int j = 0; j < m->njnt; j++) {
    if (!m->jnt_limited[j]) continue;
    for (int side = -1; side <= 1; side += 2) {
      limit_constants *l = &model->limit[model->limits++];
      l->dof = m->jnt_dofadr[j];
      l->position = m->jnt_qposadr[j];
      l->side = side;
      l->bound = m->jnt_range[2 * j + (side + 1) / 2];
      l->scale = m->dof_invweight0[l->dof];
      if (!set_softness(&l->soft, m->jnt_solref + mjNREF * j, m->jnt_solimp + mjNIMP * j,
                        m->opt.timestep, reason, capacity))
        return 0;
      l->soft.margin = m->jnt_margin[j];
    }
  }
  return 1;
}

// Whether MuJoCo looks for contacts of two geoms.
static int may_touch(const mjModel *m, int a, int b) {
  int wanted = (m->geom_contype[a] & m->geom_conaffinity[b]) ||
               (m->geom_contype[b] & m->geom_conaffinity[a]);
  int weld_a = m->body_weldid[m->geom_bodyid[a]], weld_b = m->body_weldid[m->geom_bodyid[b]];
  if (!wanted || weld_a == weld_b) return 0;
  int parent_a = m->body_weldid[m->body_parentid[weld_a]];
  int parent_b = m->body_weldid[m->body_parentid[weld_b]];
  return !(weld_a && weld_b && (weld_a == parent_b || weld_b == parent_a));
}

// What a contact of two geoms takes from both.
static int mix(slot_constants *s, const mjModel *m, int a, int b, char *reason, int capacity) {
  double x = m->geom_solmix[a], y = m->geom_solmix[b];
  double share = x >= mjMINVAL && y >= mjMINVAL ? x / (x + y)
                 : x < mjMINVAL && y < mjMINVAL ? 0.5
                                                : x >= mjMINVAL;
  int order = m->geom_priority[a] - m->geom_priority[b];
  if (order) share = order > 0;
  double solref[mjNREF], solimp[mjNIMP];
  const mjtNum *ra = m->geom_solref + mjNREF * a, *rb = m->geom_solref + mjNREF * b;
  for (int k = 0; k < mjNREF; k++)
    solref[k] = order || (ra[0] > 0 && rb[0] > 0) ? share * ra[k] + (1 - share) * rb[k]
                                                  : fmin(ra[k], rb[k]);
  for (int k = 0; k < mjNIMP; k++)
    solimp[k] = share * m->geom_solimp[mjNIMP * a + k] + (1 - share) * m->geom_solimp[mjNIMP * b + k];
  double fa = m->geom_friction[3 * a], fb = m->geom_friction[3 * b];
  double friction = order > 0 ? fa : order < 0 ? fb : fmax(fa, fb);
  int dim_a = m->geom_condim[a], dim_b = m->geom_condim[b];
  s->rows = order > 0 ? dim_a : order < 0 ? dim_b : dim_a > dim_b ? dim_a : dim_b;
  if (s->rows != 1 && s->rows != 3) REFUSE("a contact has condim %d; 1 or 3 are covered", s->rows);
  s->friction[0] = s->friction[1] = fmax(mjMINMU, friction);
  double margin = fmax(m->geom_margin[a], m->geom_margin[b]);
  s->reach = margin - fmax(m->geom_gap[a], m->geom_gap[b]);
  if (!set_softness(&s->soft, solref, solimp, m->opt.timestep, reason, capacity)) return 0;
  s->soft.margin = s->reach;
  // The weight of a pyramid's edges: documentation, Computation, "Constraint Jacobian and
  // friction cones": all edges share 2 mu^2 R, R that of the first.
  double scale = m->body_invweight0[2 * m->geom_bodyid[a]] +
                 m->body_invweight0[2 * m->geom_bodyid[b]];
  double mu = s->friction[0];
  s->scale = s->rows == 1 ? scale : scale * (1 + mu * mu) * 2 * mu * mu / m->opt.impratio;
  return 1;
}

static round_shape shape_of(const lane_model *model, const mjModel *m, int geom) {
  const place_constants *g = &model->geom[geom];
  round_shape s = {.body = g->body, .radius = m->geom_size[3 * geom]};
  int is_capsule = m->geom_type[geom] == mjGEOM_CAPSULE;
  s.half = is_capsule ? m->geom_size[3 * geom + 1] : 0;
  for (int k = 0; k < 3; k++) {
    s.centre[k] = g->place[k];
    s.axis[k] = g->rotation[3 * k + 2];
  }
  return s;
}

static int is_round(const mjModel *m, int geom) {
  return m->geom_type[geom] == mjGEOM_SPHERE || m->geom_type[geom] == mjGEOM_CAPSULE;
}

static const char *name_of(const mjModel *m, int geom) {
  const char *name = mj_id2name(m, mjOBJ_GEOM, geom);
  return name && *name ? name : "without a name";
}

static int add_floor(lane_model *model, const slot_constants *common, const mjModel *m, int plane,
                     int geom, char *reason, int capacity) {
  if (m->geom_bodyid[plane] != 0)
    REFUSE("plane %s does not belong to the world", name_of(m, plane));
  round_shape whole = shape_of(model, m, geom);
  int is_capsule = m->geom_type[geom] == mjGEOM_CAPSULE;
  for (int end = 1; end >= (is_capsule ? -1 : 1); end -= 2) {
    if (model->slots == MAX_SLOTS) REFUSE("more than %d contacts are possible", MAX_SLOTS);
    slot_constants *s = &model->slot[model->slots++];
    *s = *common;
    s->body = m->geom_bodyid[geom];
    s->dof = model->body[s->body].last_dof;
    s->length = model->dof[s->dof].length;
    s->has_axis = is_capsule;
    s->second = whole;
    s->second.half = 0;
    const place_constants *g = &model->geom[plane];
    for (int k = 0; k < 3; k++) {
      s->second.centre[k] += end * whole.half * whole.axis[k];
      s->origin[k] = g->place[k];
      s->normal[k] = g->rotation[3 * k + 2];
    }
    s->is_vertical = !s->normal[0] && !s->normal[1] && s->normal[2] == 1;
  }
  return 1;
}

static int add_pair(lane_model *model, const slot_constants *common, const mjModel *m, int a, int b,
                    char *reason, int capacity) {
  // MuJoCo's order of the two: the sphere before the capsule.
  if (m->geom_type[a] > m->geom_type[b]) {
    int other = a;
    a = b, b = other;
  }
  round_shape first = shape_of(model, m, a), second = shape_of(model, m, b);
  int dof_a = model->body[first.body].last_dof, dof_b = model->body[second.body].last_dof;
  int deep = dof_a > dof_b ? dof_a : dof_b, high = dof_a > dof_b ? dof_b : dof_a;
  int length = 0, dof = deep;
  for (; dof >= 0 && dof != high; dof = model->dof[dof].parent) length++;
  if (dof != high)
    REFUSE("geoms %s and %s, on different branches of the tree, may touch", name_of(m, a),
           name_of(m, b));
  if (model->slots == MAX_SLOTS) REFUSE("more than %d contacts are possible", MAX_SLOTS);
  slot_constants *s = &model->slot[model->slots++];
  *s = *common;
  s->is_pair = 1;
  s->first = first;
  s->second = second;
  s->body = second.body;
  s->other = first.body;
  s->dof = deep;
  s->sign = dof_b == deep ? 1 : -1;
  s->length = length;
  return 1;
}

int lane_model_contacts(lane_model *model, const mjModel *m, char *reason, int capacity) {
  if (!set_limits(model, m, reason, capacity)) return 0;
  int rows = model->limits;
  for (int a = 0; a < m->ngeom; a++)
    for (int b = a + 1; b < m->ngeom; b++) {
      if (!may_touch(m, a, b)) continue;
      int plane = m->geom_type[a] == mjGEOM_PLANE ? a : m->geom_type[b] == mjGEOM_PLANE ? b : -1;
      int other = plane == a ? b : a;
      if (plane < 0 ? !is_round(m, a) || !is_round(m, b) : !is_round(m, other))
        REFUSE("geoms %s and %s may touch, and only planes, spheres and capsules are covered",
               name_of(m, a), name_of(m, b));
      slot_constants common = {0};
      if (!mix(&common, m, a, b, reason, capacity)) return 0;
      int slots = model->slots;
      if (!(plane < 0 ? add_pair(model, &common, m, a, b, reason, capacity)
                      : add_floor(model, &common, m, plane, other, reason, capacity)))
        return 0;
      rows += (model->slots - slots) * (common.rows == 1 ? 1 : 4);
    }
  if ((m->nconmax >= 0 && m->nconmax < model->slots) || (m->njmax >= 0 && m->njmax < rows))
    REFUSE("its size is too small for all contacts at once (nconmax %d of %d, njmax %d of %d)",
           m->nconmax, model->slots, m->njmax, rows);
  return 1;
}

#else
typedef int lane_contacts_are_built_without_mujoco;
#endif
