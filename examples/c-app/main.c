/* Runs a compiled image classifier, tiny.h and tiny.o, on labelled test images:
 * accuracy and time of an image on one core. C99; nothing of Penjing is linked but
 * the model itself.
 *
 *   app IMAGES LABELS     IDX files, unpacked (MNIST, Fashion-MNIST)
 *   app RECORDS           CIFAR-10's binary records: a label and 3,072 pixels each
 */
#define _POSIX_C_SOURCE 199309L
#include "tiny.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CLASSES = 10, CIFAR_PIXELS = 3072 };

struct images {
  unsigned char *bytes;       /* owned */
  const unsigned char *pixel; /* of the first image */
  const unsigned char *label; /* of the first image */
  size_t count, pixels, pixel_stride, label_stride;
};

static void fail(const char *what, const char *path) {
  fprintf(stderr, "error: %s '%s'\n", what, path);
  exit(1);
}

static unsigned char *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  unsigned char *bytes;
  long length;
  if (!file || fseek(file, 0, SEEK_END) || (length = ftell(file)) < 0)
    fail("cannot read", path);
  rewind(file);
  bytes = malloc((size_t)length + 1);
  if (!bytes || fread(bytes, 1, (size_t)length, file) != (size_t)length)
    fail("cannot read", path);
  fclose(file);
  *size = (size_t)length;
  return bytes;
}

static size_t big_endian(const unsigned char *bytes) {
  return (size_t)bytes[0] << 24 | (size_t)bytes[1] << 16 | (size_t)bytes[2] << 8 | bytes[3];
}

/* IDX: a magic number whose last byte is the rank, the sizes, the elements. */
static struct images read_idx(const char *image_path, const char *label_path) {
  struct images images;
  size_t image_size, label_size;
  unsigned char *pixels = read_file(image_path, &image_size);
  unsigned char *labels = read_file(label_path, &label_size);
  if (image_size < 16 || big_endian(pixels) != 0x803)
    fail("requires an IDX file of images, unpacked, but got", image_path);
  images.count = big_endian(pixels + 4);
  images.pixels = images.pixel_stride = big_endian(pixels + 8) * big_endian(pixels + 12);
  if (images.pixels == 0 || (image_size - 16) / images.pixels < images.count)
    fail("requires as many images as the header says, but got fewer in", image_path);
  if (label_size < 8 + images.count || big_endian(labels) != 0x801)
    fail("requires an IDX file of as many labels as images, but got", label_path);
  images.bytes = pixels;
  images.pixel = pixels + 16;
  images.label = labels + 8;
  images.label_stride = 1;
  return images;
}

static struct images read_cifar(const char *path) {
  struct images images;
  size_t size;
  images.bytes = read_file(path, &size);
  if (size == 0 || size % (CIFAR_PIXELS + 1))
    fail("requires records of 3,073 bytes, but got", path);
  images.count = size / (CIFAR_PIXELS + 1);
  images.pixels = CIFAR_PIXELS;
  images.pixel_stride = images.label_stride = CIFAR_PIXELS + 1;
  images.pixel = images.bytes + 1;
  images.label = images.bytes;
  return images;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e6 + (double)time.tv_nsec * 1e-3;
}

int main(int argc, char **argv) {
  struct images images;
  float *input, scores[CLASSES];
  unsigned char *memory, *arena;
  size_t right = 0, i, p;
  double spent = 0;
  int c, best;
  if (argc != 2 && argc != 3) {
    fprintf(stderr, "usage: %s IMAGES LABELS | RECORDS\n", argv[0]);
    return 1;
  }
  images = argc == 3 ? read_idx(argv[1], argv[2]) : read_cifar(argv[1]);
  input = malloc(images.pixels * sizeof *input);
  memory = malloc(TINY_ARENA_BYTES + 64);
  if (!input || !memory)
    fail("no memory for", argv[1]);
  arena = memory + (64 - (size_t)memory % 64) % 64; /* the model wants its arena aligned */

  for (i = 0; i < images.count; ++i) {
    const unsigned char *pixel = images.pixel + i * images.pixel_stride;
    double begin;
    int status;
    for (p = 0; p < images.pixels; ++p)
      input[p] = pixel[p]; /* raw, 0..255: the model normalizes */
    begin = now();
    status = tiny(input, scores, 1, arena);
    spent += now() - begin;
    if (status == TINY_CPU_UNSUPPORTED)
      fail("this processor does not run code for", TINY_TARGET);
    for (best = 0, c = 1; c < CLASSES; ++c)
      if (scores[c] > scores[best])
        best = c;
    right += best == images.label[i * images.label_stride];
  }
  printf("accuracy %.2f %% (%lu of %lu)\n", 100.0 * (double)right / (double)images.count, (unsigned long)right,
         (unsigned long)images.count);
  printf("%.3f us per image\n", spent / (double)images.count);
  return 0;
}
