// The constants of bodies, joints, degrees of freedom and motors, from a compiled mjModel.
#ifdef METARL_MUJOCO

#include <math.h>
#include <mujoco/mujoco.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

static void copy(double *to, const mjtNum *from, int count) {
  for (int i = 0; i < count; i++) to[i] = from[i];
}

// The rotation matrix of a unit quaternion (w, x, y, z), row by row.
static void rotation_of(double *r, const mjtNum *q) {
  double w = q[0], x = q[1], y = q[2], z = q[3];
  const double m[9] = {w * w + x * x - y * y - z * z, 2 * (x * y - w * z), 2 * (x * z + w * y),
                       2 * (x * y + w * z), w * w - x * x + y * y - z * z, 2 * (y * z - w * x),
                       2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z};
  memcpy(r, m, sizeof m);
}

static int is_identity(const mjtNum *q) { return q[0] == 1 && !q[1] && !q[2] && !q[3]; }

// The sides of the box that has the body's mass and principal inertias.
static void set_box(body_constants *b) {
  if (b->mass < mjMINVAL) return;
  for (int k = 0; k < 3; k++) {
    double others = b->inertia[(k + 1) % 3] + b->inertia[(k + 2) % 3] - b->inertia[k];
    b->box[k] = sqrt(fmax(mjMINVAL, others) / b->mass * 6);
  }
  b->diameter = (b->box[0] + b->box[1] + b->box[2]) / 3;
}

static void set_bodies(lane_model *model, const mjModel *m) {
  model->bodies = m->nbody;
  for (int i = 0; i < m->nbody; i++) {
    body_constants *b = &model->body[i];
    b->parent = m->body_parentid[i];
    b->root = m->body_rootid[i];
    b->first_joint = m->body_jntadr[i];
    b->joint_count = m->body_jntnum[i];
    b->is_turned = !is_identity(m->body_quat + 4 * i);
    copy(b->place, m->body_pos + 3 * i, 3);
    rotation_of(b->rotation, m->body_quat + 4 * i);
    copy(b->centre, m->body_ipos + 3 * i, 3);
    rotation_of(b->principal, m->body_iquat + 4 * i);
    copy(b->inertia, m->body_inertia + 3 * i, 3);
    b->mass = m->body_mass[i];
    b->subtree_mass = m->body_subtreemass[i];
    set_box(b);
    b->last_dof = m->body_dofnum[i] > 0 ? m->body_dofadr[i] + m->body_dofnum[i] - 1
                  : i > 0              ? model->body[b->parent].last_dof
                                       : -1;
  }
}

static void set_joints(lane_model *model, const mjModel *m) {
  model->joints = m->njnt;
  for (int i = 0; i < m->njnt; i++) {
    joint_constants *j = &model->joint[i];
    j->kind = m->jnt_type[i] == mjJNT_FREE    ? JOINT_FREE
              : m->jnt_type[i] == mjJNT_SLIDE ? JOINT_SLIDE
                                              : JOINT_HINGE;
    j->body = m->jnt_bodyid[i];
    j->position = m->jnt_qposadr[i];
    j->velocity = m->jnt_dofadr[i];
    copy(j->place, m->jnt_pos + 3 * i, 3);
    copy(j->axis, m->jnt_axis + 3 * i, 3);
    j->is_anchored = j->place[0] || j->place[1] || j->place[2];
    for (int k = 0; k < 3; k++)
      if (fabs(j->axis[k]) == 1) j->principal_axis = j->axis[k] > 0 ? k + 1 : -k - 1;
    j->reference = m->qpos0[j->position];
    j->stiffness = m->jnt_stiffness[i];
    j->spring = m->qpos_spring[j->position];
  }
}

static void set_dofs(lane_model *model, const mjModel *m) {
  model->velocities = m->nv;
  model->positions = m->nq;
  for (int i = 0; i < m->nv; i++) {
    dof_constants *d = &model->dof[i];
    d->body = m->dof_bodyid[i];
    d->parent = m->dof_parentid[i];
    d->armature = m->dof_armature[i];
    d->damping = m->dof_damping[i];
    model->is_damped |= d->damping != 0;
    model->row[i] = model->entries;
    for (int k = i; k >= 0; k = m->dof_parentid[k]) {
      model->chain[model->entries++] = k;
      d->length++;
    }
  }
  model->row[m->nv] = model->entries;
}

static void set_motors(lane_model *model, const mjModel *m) {
  model->controls = model->motors = m->nu;
  for (int i = 0; i < m->nu; i++) {
    motor_constants *a = &model->motor[i];
    a->dof = m->jnt_dofadr[m->actuator_trnid[2 * i]];
    a->gear = m->actuator_gear[6 * i];
    a->gain = m->actuator_gainprm[mjNGAIN * i];
    a->is_limited = m->actuator_ctrllimited[i];
    a->low = m->actuator_ctrlrange[2 * i];
    a->high = m->actuator_ctrlrange[2 * i + 1];
    a->is_force_limited = m->actuator_forcelimited[i];
    a->force_low = m->actuator_forcerange[2 * i];
    a->force_high = m->actuator_forcerange[2 * i + 1];
  }
}

int lane_model_bodies(lane_model *model, const mjModel *m, char *reason, int capacity) {
  if (!lane_model_is_covered(m, reason, capacity)) return 0;
  const mjOption *o = &m->opt;
  model->is_runge_kutta = o->integrator == mjINT_RK4;
  model->timestep = o->timestep;
  copy(model->gravity, o->gravity, 3);
  copy(model->wind, o->wind, 3);
  model->density = o->density;
  model->viscosity = o->viscosity;
  model->is_fluid = o->density > 0 || o->viscosity > 0;
  set_bodies(model, m);
  set_joints(model, m);
  set_dofs(model, m);
  set_motors(model, m);
  model->sites = m->nsite;
  for (int i = 0; i < m->nsite; i++) {
    place_constants *s = &model->site[i];
    s->body = m->site_bodyid[i];
    copy(s->place, m->site_pos + 3 * i, 3);
    rotation_of(s->rotation, m->site_quat + 4 * i);
  }
  model->geoms = m->ngeom;
  for (int i = 0; i < m->ngeom; i++) {
    place_constants *g = &model->geom[i];
    g->body = m->geom_bodyid[i];
    copy(g->place, m->geom_pos + 3 * i, 3);
    rotation_of(g->rotation, m->geom_quat + 4 * i);
    if (model->is_fluid && m->geom_fluid[mjNFLUID * i] > 0) {
      snprintf(reason, (size_t)capacity, "it uses the ellipsoid model of a fluid");
      return 0;
    }
  }
  return 1;
}

lane_model *lane_model_make(const mjModel *source, char *reason, int capacity) {
  lane_model *model = calloc(1, sizeof *model);
  if (!model) {
    snprintf(reason, (size_t)capacity, "out of memory");
    return NULL;
  }
  if (lane_model_bodies(model, source, reason, capacity) &&
      lane_model_contacts(model, source, reason, capacity))
    return model;
  free(model);
  return NULL;
}

void lane_model_free(lane_model *model) { free(model); }

#else
typedef int lane_model_is_built_without_mujoco;
#endif
