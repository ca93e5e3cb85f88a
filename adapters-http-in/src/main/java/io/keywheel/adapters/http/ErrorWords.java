package io.keywheel.adapters.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.application.port.in.ChatException;

/// How a door says what went wrong.
interface ErrorWords {

    /// For a chat that got no answer.
    ErrorAnswer of(ChatException e);

    /// For a request that the door itself turns away.
    ErrorAnswer of(RefusedException e);

    /// The body that says it.
    ObjectNode body(ErrorAnswer answer, String requestId);
}
