// The least that answering over UDP costs: takes datagrams with recvmmsg, sets QR, sends them back with sendmmsg.
// It knows nothing of DNS; what a server takes beyond this is its own.
// usage: floor PORT
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define BATCH 64
#define DATAGRAM_OCTETS 2048
#define BUFFER_OCTETS (4 << 20)

static struct mmsghdr messages[BATCH];
static struct iovec slices[BATCH];
static struct sockaddr_in peers[BATCH];
static unsigned char datagrams[BATCH][DATAGRAM_OCTETS];

static int take(int fd) {
  for (int i = 0; i < BATCH; i++) {
    slices[i] = (struct iovec){datagrams[i], DATAGRAM_OCTETS};
    messages[i].msg_hdr = (struct msghdr){.msg_name = &peers[i], .msg_namelen = sizeof peers[i],
                                          .msg_iov = &slices[i], .msg_iovlen = 1};
  }
  return recvmmsg(fd, messages, BATCH, MSG_DONTWAIT, NULL);
}

int main(int count, char **arguments) {
  if (count != 2) return fprintf(stderr, "usage: floor PORT\n"), 2;
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  int size = BUFFER_OCTETS;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons(atoi(arguments[1])),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (bind(fd, (struct sockaddr *)&own, sizeof own)) return perror("bind"), 1;
  int poll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN};
  epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
  for (;;) {
    epoll_wait(poll, &event, 1, -1);
    int taken;
    do {
      taken = take(fd);
      for (int i = 0; i < taken; i++) {
        datagrams[i][2] |= 0x80;
        slices[i].iov_len = messages[i].msg_len;
      }
      if (taken > 0) sendmmsg(fd, messages, taken, 0);
    } while (taken == BATCH);
  }
}
