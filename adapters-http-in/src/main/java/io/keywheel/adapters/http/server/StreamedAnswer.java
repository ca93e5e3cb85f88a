package io.keywheel.adapters.http.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.errors.ErrorResponse;
import io.keywheel.application.port.in.Answer;
import io.keywheel.domain.chat.Chunk;

/// A streamed answer in the format of one API, from where it is known who answers.
public interface StreamedAnswer {

    /// Sends what comes before the first chunk.
    default void begin() {}

    void accept(Chunk chunk);

    /// Says that it was all.
    void end(Answer answer);

    /// Says that no more will come, and why.
    ///
    /// @param body of such an answer in the format of the API
    void fail(ErrorResponse error, ObjectNode body);
}
