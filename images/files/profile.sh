# The environment of every shell in a coi container, login or not (/etc/profile.d and /etc/bash.bashrc).
if [ -z "${COI_ENVIRONMENT:-}" ]; then
    export COI_ENVIRONMENT=1
    export LANG="${LANG:-C.UTF-8}"
    case ":$PATH:" in *":$HOME/.local/bin:"*) ;; *) PATH=$HOME/.local/bin:$PATH ;; esac
    export PATH
    [ ! -r /etc/coi/certificates.sh ] || . /etc/coi/certificates.sh
fi
