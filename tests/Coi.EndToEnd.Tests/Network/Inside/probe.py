"""What can be reached from here: each argument is a question, each line of output its answer and how many milliseconds that took.

tcp:HOST:PORT  udp:HOST:PORT  icmp:HOST  dns:SERVER:NAME[:tcp]  router6: (asks for an IPv6 router)  all6: (greets all IPv6 neighbours)
open: it answered. refused: somebody said no. silent: nothing came back in time. unknown: there is no such name.
"""
import errno
import os
import socket
import struct
import sys
import time

PATIENCE = 4.0
# The kernel refuses by name only about once a second to the same sender; who asks again is told.
AGAIN = 1.05
TIMES = 4


def tcp(host, port):
    socket.create_connection((host, int(port)), timeout=PATIENCE).close()
    return "open"


def udp(host, port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(AGAIN)
        s.connect((host, int(port)))
        for attempt in range(TIMES):
            try:
                s.send(b"coi-probe")
                s.recv(100)
                return "open"
            except socket.timeout:
                pass
    return "silent"


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def icmp(host):
    # As root through a raw socket, as the user through ping's kind of socket or ping itself.
    if os.geteuid() != 0:
        status = os.system("ping -n -c 1 -w 4 %s > /tmp/ping.$$ 2>&1; s=$?; grep -q -i 'prohibited\\|unreachable' /tmp/ping.$$ && s=9; rm -f /tmp/ping.$$; exit $s" % host)
        return {0: "open", 9: "refused"}.get(os.waitstatus_to_exitcode(status), "silent")
    number = os.getpid() & 0xFFFF
    body = struct.pack("!BBHHH", 8, 0, 0, number, 1) + b"coi-probe"
    packet = body[:2] + struct.pack("!H", checksum(body)) + body[4:]
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as s:
        for attempt in range(TIMES):
            s.sendto(packet, (host, 0))
            until = time.time() + AGAIN
            while time.time() < until:
                s.settimeout(max(0.01, until - time.time()))
                try:
                    answer = s.recv(2000)
                except socket.timeout:
                    break
                answer = answer[(answer[0] & 15) * 4:]
                if answer[0] == 0 and answer[4:6] == struct.pack("!H", number):
                    return "open"
                if answer[0] == 3:
                    return "refused"
    return "silent"


def six(group, message, wanted):
    # Root can give itself an address, which the network service takes away again.
    os.system("sysctl -q -w net.ipv6.conf.eth0.disable_ipv6=0; ip -6 address replace fe80::77/64 dev eth0 nodad; ip -6 route replace default via fe80::1 dev eth0 2>/dev/null")
    with socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6) as s:
        s.settimeout(1)
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_LOOP, 0)
        s.sendto(message, (group, 0, 0, socket.if_nametoindex("eth0")))
        until = time.time() + 2
        while time.time() < until:
            if s.recv(2000)[0] == wanted:
                return "open"
    return "silent"


def router6(_):
    return six("ff02::2", struct.pack("!BBHL", 133, 0, 0, 0), 134)


def all6(_):
    return six("ff02::1", struct.pack("!BBHHH", 128, 0, 0, 7, 1) + b"coi-probe", 129)


def dns(server, name, way="udp"):
    query = struct.pack("!HHHHHH", os.getpid() & 0xFFFF, 0x0100, 1, 0, 0, 0)
    query += b"".join(bytes([len(p)]) + p.encode() for p in name.split(".")) + struct.pack("!BHH", 0, 1, 1)
    if way == "tcp":
        with socket.create_connection((server, 53), timeout=PATIENCE) as s:
            s.sendall(struct.pack("!H", len(query)) + query)
            answer = s.recv(4000)[2:]
    else:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.settimeout(PATIENCE)
            s.connect((server, 53))
            s.send(query)
            answer = s.recv(4000)
    if not answer:
        return "refused"
    code = {0: "open", 3: "nxdomain", 5: "not-served"}.get(answer[3] & 15, "rcode-%d" % (answer[3] & 15))
    return "empty" if code == "open" and answer[6:8] == b"\0\0" else code


def ask(question):
    kind, *words = question.split(":")
    try:
        return {"tcp": tcp, "udp": udp, "icmp": icmp, "dns": dns, "router6": router6, "all6": all6}[kind](*words)
    except socket.timeout:
        return "silent"
    except socket.gaierror:
        return "unknown"
    except OSError as e:
        return "refused" if e.errno in (errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ECONNRESET, errno.EPERM) else "error-%s" % e


for question in sys.argv[1:]:
    began = time.time()
    answer = ask(question)
    print(question, answer, int((time.time() - began) * 1000), flush=True)
