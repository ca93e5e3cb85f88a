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

/// How one provider is asked and understood, byte by byte. Most adapters say less, in a [Format].
///
/// Several threads use it at once. No text that it hands on may have a key in it, except the names and ids
/// of an answer, which are masked behind it.
public interface Protocol {

    /// The request for an answer.
    ///
    /// @throws FailureException where the provider cannot be asked this
    HttpCall chat(LlmCall call, boolean streamed) throws FailureException;

    /// How a stream is cut.
    Framing framing();

    /// Reads one answer. Each attempt has a reader of its own, which may keep state.
    ///
    /// @param headers the answer's
    Reader reader(Headers headers);

    /// What an answer means that is no success.
    ///
    /// @param body as much of it as there was to get
    Failure refusal(int status, Headers headers, byte[] body);

    /// What a success says is left.
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
    /// @throws FailureException where it is none
    List<ModelId> models(byte[] list) throws FailureException;

    /// Reads one answer. Used on one thread.
    interface Reader {

        /// The chunk of an event.
        ///
        /// @throws FailureException where it is an error, or no part of an answer
        Chunk next(Event event) throws FailureException;

        /// A whole answer.
        ///
        /// @throws FailureException where it is an error, or no answer
        Completion whole(byte[] answer) throws FailureException;

        /// The error that stands where a stream was asked for; null where there is none.
        @Nullable
        Failure error(byte[] body);
    }
}
