"""psrpcore's runspace pool, with what the lab needs besides."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from psrpcore import ServerRunspacePool
from psrpcore._payload import PSRPMessage, create_message
from psrpcore.types import PSRPMessageType

if TYPE_CHECKING:
    from typing import Any
    from uuid import UUID

    from psrpcore import PSRPEvent

_CALLS: Final = {
    PSRPMessageType.SetMaxRunspaces,
    PSRPMessageType.SetMinRunspaces,
    PSRPMessageType.GetAvailableRunspaces,
    PSRPMessageType.ResetRunspaceState,
}
_CALL_ID: Final = re.compile(rb'N="CI"', re.IGNORECASE)


class RunspacePool(ServerRunspacePool):
    """The server's side of a pool.

    psrpcore finds a call's id only where it is spelled `ci`; .NET does not look at the case. And output comes
    written already, by a faster writer than psrpcore's.
    """

    def write_output(self, pipeline_id: UUID, clixml: bytes) -> None:
        """Send one object of a pipeline's output."""
        kind = PSRPMessageType.PipelineOutput
        whole = create_message(False, kind, clixml, self.runspace_pool_id, pipeline_id)  # noqa: FBT003 - theirs
        number = self._fragment_counter
        message = PSRPMessage(kind, bytearray(whole), self.runspace_pool_id, pipeline_id, number)
        self._send_buffer.append(message)

    def waiting(self) -> int:
        """How many bytes `data_to_send` would give."""
        return sum(map(len, self._send_buffer))

    def _process_message(self, message: PSRPMessage) -> PSRPEvent[Any, Any]:
        if message.message_type in _CALLS:
            data = bytearray(_CALL_ID.sub(b'N="ci"', message.data))
            message = PSRPMessage(
                message.message_type, data, message.runspace_pool_id, message.pipeline_id, message.object_id
            )
        return super()._process_message(message)
