package io.keywheel.adapters.llm.sdk;

import io.keywheel.adapters.llm.sdk.SseReader.Event;
import io.keywheel.adapters.llm.transport.FailureException;
import io.keywheel.adapters.llm.transport.Headers;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.RateLimitStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A provider's protocol, byte by byte. Most adapters need only a [Format].
///
/// Several threads use a protocol at once. No text that it returns may contain a key, except the names and ids of an
/// answer: the adapter masks those.
public interface Protocol {

    /// The request for an answer.
    ///
    /// @throws FailureException if the protocol cannot express the request
    HttpCall chat(LlmCall call, boolean streamed) throws FailureException;

    /// How to cut a stream.
    Framing framing();

    /// Reads one answer. Each attempt has a reader of its own, which may keep state.
    ///
    /// @param headers those of the answer
    Reader reader(Headers headers);

    /// The failure of an answer that is no success.
    ///
    /// @param body as much of it as arrived
    Failure refusal(int status, Headers headers, byte[] body);

    /// What the headers of a success report as left.
    default RateLimitStatus left(Headers headers) {
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
    /// @throws FailureException if it is no list
    List<ModelId> models(byte[] list) throws FailureException;

    /// Reads one answer. Used on one thread.
    interface Reader {

        /// The chunk of an event.
        ///
        /// @throws FailureException if the event is an error, or no part of an answer
        Chunk next(Event event) throws FailureException;

        /// A whole answer.
        ///
        /// @throws FailureException if it is an error, or no answer
        Completion whole(byte[] answer) throws FailureException;

        /// The error in an answer that should have been a stream; null for none.
        @Nullable
        Failure error(byte[] body);
    }
}
