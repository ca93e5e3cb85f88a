package io.keywheel.adapters.llm.sdk;

import io.keywheel.adapters.llm.sdk.EventReader.Event;
import io.keywheel.adapters.llm.transport.FailureException;
import io.keywheel.adapters.llm.transport.Headers;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.RateLimitStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A provider's protocol in bytes. Most adapters need only a [Format].
///
/// Used by several threads at once. No returned text may contain a key, except the names and ids of an answer,
/// which the adapter masks.
public interface Protocol {

    /// The request for an answer.
    ///
    /// @throws FailureException if the protocol cannot express the request
    HttpCall chat(LlmCall call, boolean streamed) throws FailureException;

    /// How to split a stream into events.
    Framing framing();

    /// Creates the reader of one answer. Each attempt has a new one, which may keep state.
    ///
    /// @param headers the headers of the answer
    Reader reader(Headers headers);

    /// The failure for an answer whose status is not a success.
    ///
    /// @param body the part of the body that arrived
    Failure refusal(int status, Headers headers, byte[] body);

    /// The remaining limits that the headers of a success report.
    default RateLimitStatus rateLimitStatus(Headers headers) {
        return RateLimitStatus.UNKNOWN;
    }

    /// Whether prompt tokens from the provider's cache count towards its limits.
    default boolean countsCachedTokens() {
        return true;
    }

    /// The request for the list of models.
    HttpCall list(KeySlot key);

    /// The models of a list.
    ///
    /// @throws FailureException if `list` is not a list of models
    List<ModelId> models(byte[] list) throws FailureException;

    /// Reads one answer. Used on one thread.
    interface Reader {

        /// The chunk of an event.
        ///
        /// @throws FailureException if the event is an error, or not a part of an answer
        Chunk next(Event event) throws FailureException;

        /// A whole answer, as one chunk with a piece for each choice.
        ///
        /// @throws FailureException if it is an error, or not an answer
        Chunk whole(byte[] answer) throws FailureException;

        /// The error in an answer that should have been a stream; null for none.
        @Nullable
        Failure error(byte[] body);
    }
}
