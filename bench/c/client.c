// Load of the bench's own, for what dnsperf does not tell: percentiles, and the throughput of servers that are faster than
// dnsperf. One socket, one thread. A latency runs from just before the query is handed to the system until the system puts
// the reply into the socket (SO_TIMESTAMPNS), so that it is the server's and not this process's turn to run.
// usage: client PORT NAMES-FILE RATE SECONDS WINDOW
//   RATE     queries a second at even distances; 0: as fast as answers come, WINDOW queries outstanding
// SIGTERM ends it early. A query is lost when it has no answer after 1 s. Writes one line of JSON.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>

#define IDS 65536
#define BATCH 64
#define DATAGRAM_OCTETS 2048
#define BUFFER_OCTETS (4 << 20)
#define SECOND INT64_C(1000000000)
#define LOST_AFTER SECOND

struct query {
  int octets;
  unsigned char wire[272];
};

static struct query *queries;
static int query_count;
static int64_t sent_at[IDS]; // 0: nobody waits for this id
// Every latency in nanoseconds, sorted at the end: 20 ms and what is added to it differ by less than a histogram's steps.
static uint32_t *latencies;
static size_t room;
static uint64_t sent, answered, lost, outstanding, rcodes[16];
static int64_t sum, latest;
static volatile sig_atomic_t is_stopped;

static void stop(int number) {
  (void)number;
  is_stopped = 1;
}

// The clock of SO_TIMESTAMPNS.
static int64_t now(void) {
  struct timespec at;
  clock_gettime(CLOCK_REALTIME, &at);
  return at.tv_sec * SECOND + at.tv_nsec;
}

static void keep(int64_t latency) {
  if (answered == room) latencies = realloc(latencies, (room = room ? room * 2 : 1 << 17) * sizeof *latencies);
  latencies[answered] = latency < 0 ? 0 : latency > UINT32_MAX ? UINT32_MAX : (uint32_t)latency;
}

static int compare(const void *one, const void *other) {
  uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
  return (a > b) - (a < b);
}

// Of the sorted latencies, in microseconds.
static double percentile(double part) {
  if (answered == 0) return 0;
  uint64_t rank = (uint64_t)(part * (double)answered);
  return latencies[rank < answered ? rank : answered - 1] / 1e3;
}

static void add_query(const char *name) {
  if (query_count % 4096 == 0) queries = realloc(queries, (query_count + 4096) * sizeof *queries);
  struct query *query = &queries[query_count];
  unsigned char *wire = query->wire;
  memset(wire, 0, 12);
  wire[2] = 1; // RD
  wire[5] = 1;
  int at = 12;
  for (const char *label = name; *label != 0 && at < 250;) {
    int length = (int)strcspn(label, ".");
    if (length > 63 || at + length > 255) return;
    wire[at++] = (unsigned char)length;
    memcpy(wire + at, label, length);
    at += length;
    label += length + (label[length] == '.');
  }
  memcpy(wire + at, "\0\0\1\0\1", 5);
  query->octets = at + 5;
  query_count++;
}

// Lines as dnsperf has them: a name and a type; the type is taken to be A.
static void read_queries(const char *file) {
  FILE *lines = fopen(file, "r");
  if (lines == NULL) perror(file), exit(1);
  char name[300];
  while (fscanf(lines, "%299s%*[^\n]", name) == 1) add_query(name);
  fclose(lines);
  if (query_count == 0) fprintf(stderr, "%s has no names\n", file), exit(1);
}

static int open_socket(int port) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  int size = BUFFER_OCTETS, yes = 1;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof yes);
  struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(port),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (connect(fd, (struct sockaddr *)&server, sizeof server)) perror("connect"), exit(1);
  return fd;
}

// Sends up to so many queries with one call.
static void send_queries(int fd, int count) {
  static struct mmsghdr messages[BATCH];
  static struct iovec slices[BATCH];
  uint16_t ids[BATCH];
  if (count > BATCH) count = BATCH;
  for (int i = 0; i < count; i++) {
    struct query *query = &queries[(sent + i) % query_count];
    uint16_t id = ids[i] = (uint16_t)(sent + i);
    query->wire[0] = id >> 8;
    query->wire[1] = id & 0xff;
    slices[i] = (struct iovec){query->wire, query->octets};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &slices[i], .msg_iovlen = 1};
  }
  int64_t at = now();
  for (int i = 0; i < count; i++) {
    if (sent_at[ids[i]] != 0) lost++, outstanding--;
    sent_at[ids[i]] = at;
  }
  int done = sendmmsg(fd, messages, count, 0);
  if (done < 0) done = 0; // nobody listens, or the system has no room: the rest counts as lost in time
  for (int i = done; i < count; i++) sent_at[ids[i]] = at;
  sent += count;
  outstanding += count;
}

static int64_t arrival_of(struct msghdr *message, int64_t otherwise) {
  for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part != NULL; part = CMSG_NXTHDR(message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_TIMESTAMPNS) continue;
    struct timespec at;
    memcpy(&at, CMSG_DATA(part), sizeof at);
    return at.tv_sec * SECOND + at.tv_nsec;
  }
  return otherwise;
}

static void count_reply(const unsigned char *wire, int64_t arrived) {
  int id = wire[0] << 8 | wire[1];
  if (sent_at[id] == 0 || !(wire[2] & 0x80)) return;
  int64_t took = arrived - sent_at[id];
  sent_at[id] = 0;
  keep(took);
  sum += took;
  rcodes[wire[3] & 15]++;
  answered++;
  outstanding--;
}

// Takes what has arrived; gives how much it was.
static int take_replies(int fd) {
  static struct mmsghdr messages[BATCH];
  static struct iovec slices[BATCH];
  static unsigned char datagrams[BATCH][DATAGRAM_OCTETS];
  static char notes[BATCH][CMSG_SPACE(sizeof(struct timespec))];
  for (int i = 0; i < BATCH; i++) {
    slices[i] = (struct iovec){datagrams[i], DATAGRAM_OCTETS};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &slices[i], .msg_iovlen = 1, .msg_control = notes[i],
                                          .msg_controllen = sizeof notes[i]};
  }
  int taken = recvmmsg(fd, messages, BATCH, MSG_DONTWAIT, NULL);
  int64_t at = taken > 0 ? now() : 0;
  for (int i = 0; i < taken; i++)
    if (messages[i].msg_len >= 12) count_reply(datagrams[i], arrival_of(&messages[i].msg_hdr, at));
  return taken;
}

static void wait_until(int fd, int64_t due) {
  struct pollfd poll = {.fd = fd, .events = POLLIN};
  int64_t left = due - now();
  if (left <= 0) return;
  struct timespec timeout = {left / SECOND, left % SECOND};
  ppoll(&poll, 1, &timeout, NULL);
}

static void run_paced(int fd, double rate, int64_t start, int64_t end) {
  for (uint64_t number = 0; !is_stopped; number++) {
    int64_t due = start + (int64_t)((double)number * 1e9 / rate);
    if (due >= end) break;
    while (take_replies(fd) > 0 || now() < due) wait_until(fd, due);
    if (now() - due > latest) latest = now() - due;
    send_queries(fd, 1);
  }
}

static void give_up_old(void) {
  int64_t old = now() - LOST_AFTER / 5;
  for (int id = 0; id < IDS; id++)
    if (sent_at[id] != 0 && sent_at[id] < old) sent_at[id] = 0, lost++, outstanding--;
}

static void run_flood(int fd, uint64_t window, int64_t end) {
  while (!is_stopped && now() < end) {
    if (outstanding < window) send_queries(fd, (int)(window - outstanding));
    if (take_replies(fd) > 0) continue;
    if (outstanding < window) continue;
    wait_until(fd, now() + LOST_AFTER / 10);
    if (take_replies(fd) <= 0) give_up_old();
  }
}

int main(int count, char **arguments) {
  if (count != 6) return fprintf(stderr, "usage: client PORT NAMES-FILE RATE SECONDS WINDOW\n"), 2;
  double rate = atof(arguments[3]);
  uint64_t window = strtoull(arguments[5], NULL, 10);
  struct sigaction action = {.sa_handler = stop};
  sigaction(SIGTERM, &action, NULL);
  prctl(PR_SET_TIMERSLACK, 1UL);
  read_queries(arguments[2]);
  int fd = open_socket(atoi(arguments[1]));
  int64_t start = now(), end = start + (int64_t)(atof(arguments[4]) * 1e9);
  if (rate > 0) run_paced(fd, rate, start, end);
  else run_flood(fd, window, end);
  int64_t stopped = now();
  uint64_t in_time = answered;
  while (outstanding > 0 && now() < stopped + LOST_AFTER)
    if (take_replies(fd) <= 0) wait_until(fd, stopped + LOST_AFTER);
  lost += outstanding;
  qsort(latencies, answered, sizeof *latencies, compare);
  printf("{\"sent\":%lu,\"answered\":%lu,\"lost\":%lu,\"inTime\":%lu,\"seconds\":%.6f,", sent, answered, lost, in_time,
         (double)(stopped - start) / 1e9);
  printf("\"meanUs\":%.3f,\"p50Us\":%.3f,\"p99Us\":%.3f,\"p999Us\":%.3f,\"maxUs\":%.3f,\"lateUs\":%.3f,\"rcodes\":[",
         answered ? (double)sum / (double)answered / 1e3 : 0, percentile(0.5), percentile(0.99), percentile(0.999),
         percentile(1), (double)latest / 1e3);
  for (int i = 0; i < 16; i++) printf(i ? ",%lu" : "%lu", rcodes[i]);
  printf("]}\n");
  return 0;
}
