// Stands between the program and its catalogue's files: fails writes when it is told to, and logs what reaches the disk so that power cuts can be played afterwards.
// Built and loaded (LD_PRELOAD) by drill.py.
//   DRILL_FILE   the catalogue; its log (-wal) is watched too
//   DRILL_FAULT  a file read before each write: an errno, or minus a signal that then ends the program, or nothing. A second number lets so many writes through first.
//   DRILL_LOG    where the writes go: op, file, offset, length, bytes. A sync is logged after it succeeded, and so before whoever waits for it hears of it.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static int journal = -1;
static long passed;

#define REAL(result, name, ...) static result (*real)(__VA_ARGS__); if (!real) real = (result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

// 0 the catalogue, 1 its log, -1 anything else.
static int file_of_path(const char *path) {
    const char *file = getenv("DRILL_FILE");
    if (!file) return -1;
    size_t length = strlen(file);
    if (strncmp(path, file, length)) return -1;
    return path[length] == 0 ? 0 : strcmp(path + length, "-wal") ? -1 : 1;
}

static int file_of(int fd) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n < 0) return -1;
    path[n] = 0;
    return file_of_path(path);
}

static ssize_t put(int fd, const void *bytes, size_t length) {
    REAL(ssize_t, write, int, const void *, size_t);
    return real(fd, bytes, length);
}

static void note(char op, int file, uint64_t offset, const void *bytes, uint32_t length) {
    const char *path = getenv("DRILL_LOG");
    if (!path) return;
    if (journal < 0) journal = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    unsigned char head[16] = { (unsigned char)op, (unsigned char)file };
    memcpy(head + 4, &length, 4);
    memcpy(head + 8, &offset, 8);
    if (put(journal, head, sizeof head) != sizeof head || (bytes && put(journal, bytes, length) != (ssize_t)length)) abort();
}

static int fault(void) {
    const char *path = getenv("DRILL_FAULT");
    if (!path) return 0;
    FILE *file = fopen(path, "re");
    if (!file) return 0;
    int error = 0;
    long after = 0;
    int read = fscanf(file, "%d %ld", &error, &after);
    fclose(file);
    if (read < 1 || !error) { passed = 0; return 0; }
    if (passed++ < after) return 0;
    if (error < 0) { kill(getpid(), -error); pause(); }
    return error;
}

static ssize_t write_at(int fd, const void *bytes, size_t length, off64_t offset, int positioned) {
    REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
    int file = file_of(fd);
    if (file < 0) return positioned ? real(fd, bytes, length, offset) : put(fd, bytes, length);
    pthread_mutex_lock(&turn);
    ssize_t written = -1;
    int error = fault();
    if (!error) {
        if (!positioned) offset = lseek64(fd, 0, SEEK_CUR);
        written = positioned ? real(fd, bytes, length, offset) : put(fd, bytes, length);
        error = errno;
        if (written > 0) note('W', file, (uint64_t)offset, bytes, (uint32_t)written);
    }
    pthread_mutex_unlock(&turn);
    errno = error;
    return written;
}

ssize_t write(int fd, const void *bytes, size_t length) { return write_at(fd, bytes, length, 0, 0); }
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) { return write_at(fd, bytes, length, offset, 1); }
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) { return write_at(fd, bytes, length, offset, 1); }

static int sync_of(int fd, int (*real)(int)) {
    int file = file_of(fd);
    if (file < 0) return real(fd);
    pthread_mutex_lock(&turn);
    int error = fault(), failed = error ? -1 : real(fd);
    if (!error) error = errno;
    if (!failed) note('S', file, 0, NULL, 0);
    pthread_mutex_unlock(&turn);
    errno = error;
    return failed;
}

int fsync(int fd) { REAL(int, fsync, int); return sync_of(fd, real); }
int fdatasync(int fd) { REAL(int, fdatasync, int); return sync_of(fd, real); }

static int truncate_of(int fd, off64_t size) {
    REAL(int, ftruncate64, int, off64_t);
    int file = file_of(fd);
    if (file < 0) return real(fd, size);
    pthread_mutex_lock(&turn);
    int failed = real(fd, size), error = errno;
    if (!failed) note('T', file, (uint64_t)size, NULL, 0);
    pthread_mutex_unlock(&turn);
    errno = error;
    return failed;
}

int ftruncate(int fd, off_t size) { return truncate_of(fd, size); }
int ftruncate64(int fd, off64_t size) { return truncate_of(fd, size); }

int unlink(const char *path) {
    REAL(int, unlink, const char *);
    int file = file_of_path(path), failed = real(path);
    if (file >= 0 && !failed) note('U', file, 0, NULL, 0);
    return failed;
}
