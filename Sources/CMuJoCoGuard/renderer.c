#if defined METARL_MUJOCO && defined METARL_OSMESA

#include "CMuJoCoGuard.h"
#include "guard_jump.h"

#include <GL/osmesa.h>
#include <mujoco/mujoco.h>
#include <stdlib.h>
#include <string.h>

struct guard_renderer {
  mjModel *model;
  mjData *data;
  mjvScene scene;
  mjvCamera camera;
  mjvOption option;
  mjrContext context;
  OSMesaContext mesa;
  unsigned char *buffer;
  int width, height;
};

static void paint(mjModel *model, int width, int height, const float colors[3][4]) {
  model->vis.global.offwidth = width;
  model->vis.global.offheight = height;
  model->vis.quality.offsamples = 8;
  model->vis.quality.shadowsize = 2048;
  for (int i = 0; i < 3; i++) {
    model->vis.headlight.ambient[i] = 0.45f;
    model->vis.headlight.diffuse[i] = 0.35f;
    model->vis.headlight.specular[i] = 0.05f;
  }
  int part = 0;
  for (int geom = 0; geom < model->ngeom; geom++) {
    int is_floor = model->geom_type[geom] == mjGEOM_PLANE;
    memcpy(model->geom_rgba + 4 * geom, colors[is_floor ? 0 : 1 + part % 2], 4 * sizeof(float));
    if (!is_floor) part++;
  }
}

struct guard_renderer *guard_renderer_make(const mjModel *model, int width, int height,
                                           const float colors[3][4]) {
  struct guard_renderer *renderer = calloc(1, sizeof *renderer);
  if (renderer == NULL) return NULL;
  GUARD_OR({
    guard_renderer_free(renderer);
    return NULL;
  });
  renderer->width = width;
  renderer->height = height;
  renderer->buffer = malloc((size_t)width * (size_t)height * 4);
  renderer->mesa = OSMesaCreateContextExt(OSMESA_RGBA, 24, 8, 0, NULL);
  if (renderer->buffer == NULL || renderer->mesa == NULL
      || !OSMesaMakeCurrent(renderer->mesa, renderer->buffer, GL_UNSIGNED_BYTE, width, height)) {
    mju_error("OSMesa made no context");
  }
  renderer->model = mj_copyModel(NULL, model);
  if (renderer->model == NULL) mju_error("no memory for a copy of the model");
  paint(renderer->model, width, height, colors);
  renderer->data = mj_makeData(renderer->model);
  if (renderer->data == NULL) mju_error("no memory for a simulation");
  mjv_defaultScene(&renderer->scene);
  mjv_defaultCamera(&renderer->camera);
  mjv_defaultOption(&renderer->option);
  mjr_defaultContext(&renderer->context);
  mjv_makeScene(renderer->model, &renderer->scene, renderer->model->ngeom + 256);
  mjr_makeContext(renderer->model, &renderer->context, mjFONTSCALE_100);
  mjr_setBuffer(mjFB_OFFSCREEN, &renderer->context);
  if (renderer->context.currentBuffer != mjFB_OFFSCREEN) mju_error("no buffer off screen");
  GUARD_END();
  return renderer;
}

static void add_light(mjvScene *scene, const double lookat[3]) {
#if mjVERSION_HEADER < 300
  if (scene->nlight >= mjMAXLIGHT) return;
  mjvLight *light = scene->lights + scene->nlight++;
  memset(light, 0, sizeof *light);
  const float place[3] = {1.5f, -3, 6}, direction[3] = {-0.22f, 0.44f, -0.87f};
  for (int i = 0; i < 3; i++) {
    light->pos[i] = (i < 2 ? (float)lookat[i] : 0) + place[i];
    light->dir[i] = direction[i];
    light->diffuse[i] = 0.4f;
    light->specular[i] = 0.1f;
  }
  light->attenuation[0] = 1;
  light->cutoff = 180;
  light->directional = 1;
  light->castshadow = 1;
#else
  // Newer releases describe lights otherwise; the headlight alone lights the picture.
  (void)scene;
  (void)lookat;
#endif
}

int guard_renderer_draw(struct guard_renderer *renderer, const double *position,
                        const struct guard_camera *camera, const struct guard_mark *marks,
                        int count, unsigned char *rgb) {
  GUARD_OR(return 0);
  if (!OSMesaMakeCurrent(renderer->mesa, renderer->buffer, GL_UNSIGNED_BYTE, renderer->width,
                         renderer->height)) {
    mju_error("OSMesa lost its context");
  }
  mju_copy(renderer->data->qpos, position, renderer->model->nq);
  mj_kinematics(renderer->model, renderer->data);
  mj_comPos(renderer->model, renderer->data);
  mju_copy3(renderer->camera.lookat, camera->lookat);
  renderer->camera.distance = camera->distance;
  renderer->camera.azimuth = camera->azimuth;
  renderer->camera.elevation = camera->elevation;
  mjvScene *scene = &renderer->scene;
  mjv_updateScene(renderer->model, renderer->data, &renderer->option, NULL, &renderer->camera,
                  mjCAT_ALL, scene);
  for (int i = 0; i < count && scene->ngeom < scene->maxgeom; i++) {
    mjv_initGeom(scene->geoms + scene->ngeom, marks[i].shape == GUARD_MARK_DISC ? mjGEOM_CYLINDER
                 : marks[i].shape == GUARD_MARK_ARROW ? mjGEOM_ARROW : mjGEOM_BOX,
                 marks[i].size, marks[i].place, marks[i].rotation, marks[i].color);
    scene->geoms[scene->ngeom].category = mjCAT_DECOR;
    scene->ngeom++;
  }
  add_light(scene, camera->lookat);
  scene->flags[mjRND_SHADOW] = 1;
  scene->flags[mjRND_SKYBOX] = 0;
  mjrRect whole = {0, 0, renderer->width, renderer->height};
  mjr_render(whole, scene, &renderer->context);
  mjr_readPixels(rgb, NULL, whole, &renderer->context);
  GUARD_END();
  return 1;
}

void guard_renderer_free(struct guard_renderer *renderer) {
  if (renderer == NULL) return;
  if (renderer->mesa != NULL) {
    OSMesaMakeCurrent(renderer->mesa, renderer->buffer, GL_UNSIGNED_BYTE, renderer->width,
                      renderer->height);
  }
  if (renderer->model != NULL) mjr_freeContext(&renderer->context);
  if (renderer->scene.maxgeom > 0) mjv_freeScene(&renderer->scene);
  if (renderer->data != NULL) mj_deleteData(renderer->data);
  if (renderer->model != NULL) mj_deleteModel(renderer->model);
  if (renderer->mesa != NULL) OSMesaDestroyContext(renderer->mesa);
  free(renderer->buffer);
  free(renderer);
}

#else

// An empty translation unit is not C.
typedef int guard_is_built_without_osmesa;

#endif
