"""As root inside: whole frames, written by hand, past every rule that the container itself might have.

attack.py GATEWAY TARGET...: sends one frame of each kind for each target; each carries its kind and its target as text.
"""
import os
import socket
import struct
import subprocess
import sys

ETH = "eth0"
gateway, targets = sys.argv[1], sys.argv[2:]
subprocess.run(["ping", "-c", "1", "-W", "1", gateway], capture_output=True)  # so that its hardware address is known
neighbour = subprocess.run(["ip", "neighbour", "show", gateway], capture_output=True, text=True).stdout.split()
there = bytes.fromhex(neighbour[neighbour.index("lladdr") + 1].replace(":", ""))
here = bytes.fromhex(open("/sys/class/net/%s/address" % ETH).read().strip().replace(":", ""))
own = subprocess.run(["ip", "-4", "-o", "address", "show", ETH], capture_output=True, text=True).stdout.split()[3].split("/")[0]
UDP, TCP, ICMP, GRE, SCTP, IPIP = 17, 6, 1, 47, 132, 4
EVERYBODY = b"\xff" * 6


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def ip(target, protocol, body, source=own, options=b"", fragment=0, ttl=64):
    words = 5 + len(options) // 4
    head = struct.pack("!BBHHHBBH4s4s", 0x40 | words, 0, words * 4 + len(body), 0xC01, fragment, ttl, protocol, 0, socket.inet_aton(source), socket.inet_aton(target)) + options
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + body


def udp(text, port=8080, sender=40001):
    return struct.pack("!HHHH", sender, port, 8 + len(text), 0) + text


def tcp(target, text, source=own, port=8080):
    head = struct.pack("!HHLLBBHHH", 40002, port, 1, 0, 0x50, 2, 1024, 0, 0)
    pseudo = socket.inet_aton(source) + socket.inet_aton(target) + struct.pack("!BBH", 0, TCP, len(head) + len(text))
    return head[:16] + struct.pack("!H", checksum(pseudo + head + text)) + head[18:] + text


def echo(text):
    body = struct.pack("!BBHHH", 8, 0, 0, 7, 1) + text
    return body[:2] + struct.pack("!H", checksum(body)) + body[4:]


def frame(packet, source=here, target=there, kind=0x0800, tag=b""):
    return target + source + tag + struct.pack("!H", kind) + packet


def route(first, last):
    """Loose source routing: by way of FIRST to LAST."""
    return first, b"\x83\x07\x04" + socket.inet_aton(last) + b"\x00"


def neighbour_of(address, step):
    return socket.inet_ntoa(struct.pack("!L", struct.unpack("!L", socket.inet_aton(address))[0] + step & 0xFFFFFFFF))


def kinds(t):
    def text(kind):
        return ("coi-%s>%s." % (kind, t)).encode()

    other = b"\x02\x00\x00\x00\x00\x77"
    long = text("fragment") + b"x" * 600
    hop, options = route(gateway, t)
    yield frame(ip(t, UDP, udp(text("udp"))))
    yield frame(ip(t, TCP, tcp(t, text("tcp"))))
    yield frame(ip(t, ICMP, echo(text("icmp"))))
    yield frame(ip(t, GRE, b"\0\0\x08\0" + text("gre")))
    yield frame(ip(t, SCTP, udp(text("sctp"))))
    yield frame(ip(t, 253, text("unknown-protocol")))
    yield frame(ip(t, UDP, udp(text("second-address")), source=neighbour_of(own, 1)))
    yield frame(ip(t, UDP, udp(text("address-of-the-gateway")), source=gateway))
    yield frame(ip(t, UDP, udp(text("address-of-the-target")), source=neighbour_of(t, 1)))
    yield frame(ip(t, UDP, udp(text("address-of-another-slot")), source=neighbour_of(own, 8)))
    yield frame(ip(t, UDP, udp(text("no-address")), source="0.0.0.0"))
    yield frame(ip(t, UDP, udp(text("other-mac"))), source=other)
    yield frame(ip(t, UDP, udp(text("everybodys-mac"))), target=EVERYBODY)
    yield frame(ip(t, UDP, udp(text("mac-of-the-bridge"))), source=there)
    yield frame(ip(t, UDP, udp(text("vlan"))), tag=b"\x81\x00\x00\x05")
    yield frame(ip(hop, UDP, udp(text("source-route")), options=options))
    yield frame(ip(t, UDP, udp(text("record-route")), options=b"\x07\x07\x04\0\0\0\0\0"))
    yield frame(ip(gateway, IPIP, ip(t, UDP, udp(text("tunnel")))))
    whole = udp(long)
    yield frame(ip(t, UDP, whole[:512], fragment=0x2000))
    yield frame(ip(t, UDP, whole[512:], fragment=64))
    yield frame(ip(t, 254, text("late-fragment"), fragment=8))
    yield frame(ip(t, UDP, udp(text("port-53"), port=53)))
    yield frame(ip(t, TCP, tcp(t, text("tcp-port-53"), port=53)))
    yield frame(ip(t, UDP, udp(text("dhcp"), port=67, sender=68)))
    yield frame(ip(t, UDP, udp(text("dhcp-without-address"), port=67, sender=68), source="0.0.0.0"))


sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
sender.bind((ETH, 0))
sent = 0
for t in targets:
    for f in kinds(t):
        sender.send(f)
        sent += 1
    # Fragments that the kernel makes.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as large:
        try:
            large.sendto(("coi-large>%s." % t).encode() + b"x" * 3000, (t, 8080))
        except OSError:
            pass
print(sent, "frames from", own)
