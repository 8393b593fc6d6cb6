"""A unit that an earlier session has planted: from the first moment of the boot it sends from the same ports to the same hosts, with an address of its own making."""
import os
import socket
import sys
import time

address, gateway, hosts, word = sys.argv[1], sys.argv[2], sys.argv[3].split(","), sys.argv[4]
sockets = {}
while True:
    if os.path.exists("/sys/class/net/eth0"):
        os.system("ip link set eth0 up; ip address add %s/29 dev eth0; ip route replace default via %s dev eth0" % (address, gateway))
    for number in range(50):
        for port, host in enumerate(hosts, 40100):
            try:
                if host not in sockets:
                    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                    s.bind((address, port))
                    sockets[host] = s
                sockets[host].sendto(("coi-%s>%s." % (word, host)).encode(), (host, 8080))
            except OSError:
                pass
        time.sleep(0.02)
