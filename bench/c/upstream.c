// An upstream that answers every A question with one address: at once, or after a delay where the first label begins
// with "d". What a server adds to it is measured by asking it directly as well.
// usage: upstream PORT DELAY_MS
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>

#define DATAGRAM_OCTETS 1500
#define BUFFER_OCTETS (4 << 20)
#define WAITING (1 << 16)
#define HEADER_OCTETS 12

struct reply {
  int64_t due;
  struct sockaddr_in to;
  int octets;
  unsigned char wire[512];
};

// A ring: the delay is the same for all, so what came first is due first.
static struct reply waiting[WAITING];
static unsigned first, behind;

static int64_t now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec * INT64_C(1000000000) + at.tv_nsec;
}

// The end of the question, or 0 where there is none that fits a reply.
static int question_end(const unsigned char *wire, int octets) {
  int at = HEADER_OCTETS;
  while (at < octets && wire[at] != 0 && wire[at] < 64) at += wire[at] + 1;
  at += 5;
  return octets > HEADER_OCTETS && at <= octets && at < 400 ? at : 0;
}

static void write_reply(struct reply *reply, const unsigned char *query, int end) {
  static const unsigned char answer[] = {0xc0, 12, 0, 1, 0, 1, 0, 1, 0x51, 0x80, 0, 4, 192, 0, 2, 1};
  static const unsigned char edns[] = {0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0, 0, 0};
  int is_address = query[end - 3] == 1 && query[end - 4] == 0;
  int has_edns = query[11] > 0;
  unsigned char *wire = reply->wire;
  memcpy(wire, query, end);
  wire[2] = 0x84 | (query[2] & 1);
  wire[3] = 0;
  wire[7] = is_address;
  wire[9] = 0;
  wire[11] = has_edns;
  reply->octets = end;
  if (is_address) memcpy(wire + reply->octets, answer, sizeof answer), reply->octets += sizeof answer;
  if (has_edns) memcpy(wire + reply->octets, edns, sizeof edns), reply->octets += sizeof edns;
}

static void send_reply(int fd, const struct reply *reply) {
  sendto(fd, reply->wire, reply->octets, 0, (struct sockaddr *)&reply->to, sizeof reply->to);
}

static void wait_for_work(int fd) {
  struct pollfd poll = {.fd = fd, .events = POLLIN};
  if (first == behind) {
    ppoll(&poll, 1, NULL, NULL);
    return;
  }
  int64_t left = waiting[first % WAITING].due - now();
  if (left < 0) left = 0;
  struct timespec timeout = {left / 1000000000, left % 1000000000};
  ppoll(&poll, 1, &timeout, NULL);
}

int main(int count, char **arguments) {
  if (count != 3) return fprintf(stderr, "usage: upstream PORT DELAY_MS\n"), 2;
  int64_t delay = atoi(arguments[2]) * INT64_C(1000000);
  prctl(PR_SET_TIMERSLACK, 1UL);
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  int size = BUFFER_OCTETS;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons(atoi(arguments[1])),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (bind(fd, (struct sockaddr *)&own, sizeof own)) return perror("bind"), 1;
  for (;;) {
    wait_for_work(fd);
    for (;;) {
      unsigned char query[DATAGRAM_OCTETS];
      struct sockaddr_in from;
      socklen_t length = sizeof from;
      int octets = recvfrom(fd, query, sizeof query, 0, (struct sockaddr *)&from, &length);
      if (octets < 0) break;
      int end = question_end(query, octets);
      if (end == 0) continue;
      int is_late = query[HEADER_OCTETS] > 0 && query[HEADER_OCTETS + 1] == 'd';
      if (is_late && behind - first == WAITING) continue;
      struct reply at_once, *reply = is_late ? &waiting[behind++ % WAITING] : &at_once;
      write_reply(reply, query, end);
      reply->to = from;
      reply->due = now() + delay;
      if (!is_late) send_reply(fd, reply);
    }
    while (first != behind && waiting[first % WAITING].due <= now()) send_reply(fd, &waiting[first++ % WAITING]);
  }
}
