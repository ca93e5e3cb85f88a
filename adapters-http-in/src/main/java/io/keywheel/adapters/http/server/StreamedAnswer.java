package io.keywheel.adapters.http.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.errors.ErrorResponse;
import io.keywheel.application.port.in.Answer;
import io.keywheel.domain.chat.Chunk;

/// Writes a streamed answer in the format of one API. It is created when the serving key is known.
public interface StreamedAnswer {

    /// Sends what comes before the first chunk.
    default void begin() {}

    void accept(Chunk chunk);

    void end(Answer answer);

    /// Ends the stream with an error. If there is no memory for its event, this is called again with the error
    /// `unavailable` instead. Its event must be so small that it does not count against the memory budget.
    ///
    /// @param body the error in the format of the API
    void fail(ErrorResponse error, ObjectNode body);
}
