package io.keywheel.adapters.llm.openai;

import io.keywheel.adapters.llm.openai.OpenAiWire.Dialect;
import io.keywheel.adapters.llm.transport.AttemptDeadline;
import io.keywheel.adapters.llm.transport.BoundedBodies;
import io.keywheel.adapters.llm.transport.Headers;
import io.keywheel.adapters.llm.transport.Transport.Request;
import io.keywheel.adapters.llm.transport.Transport.Response;
import io.keywheel.adapters.llm.transport.TransportException;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.Target;
import java.util.Locale;
import java.util.SequencedMap;

/// One key and one model of a provider, ready to be asked: what a request needs beyond its words
/// is prepared here once.
///
/// Immutable; safe for any number of threads.
final class ChatInstance {

    /// The most an answer may have, many times what a model says at once: a provider gone mad must not take
    /// the gateway with it.
    private static final int LARGEST_ANSWER = 8 << 20;

    private final Endpoint endpoint;
    private final RequestWriter body;
    private final SequencedMap<String, String> forAnswer;
    private final SequencedMap<String, String> forStream;

    ChatInstance(Endpoint endpoint, Dialect dialect, Target target) {
        this.endpoint = endpoint;
        this.body = new RequestWriter(dialect, target.model());
        this.forAnswer = endpoint.headers(target.key().slot(), "application/json", true);
        this.forStream = endpoint.headers(target.key().slot(), "text/event-stream", true);
    }

    LlmReply complete(LlmCall call) {
        AttemptDeadline attemptDeadline = AttemptDeadline.forAnswer(endpoint.timeouts(), call.timeLeft());
        Request request = new Request(endpoint.chat(), forAnswer, body.write(call, false));
        try (Response response = endpoint.transport().send(request, attemptDeadline)) {
            return response.successful()
                    ? answer(response, attemptDeadline)
                    : new LlmReply.Failed(endpoint.failures().read(response, attemptDeadline));
        } catch (TransportException e) {
            return failed(e, attemptDeadline);
        } catch (InterruptedException _) {
            return cancelled();
        }
    }

    LlmReply stream(LlmCall call, ChunkSink sink) {
        AttemptDeadline attemptDeadline = AttemptDeadline.forStream(endpoint.timeouts(), call.timeLeft());
        Request request = new Request(endpoint.chat(), forStream, body.write(call, true));
        try (Response response = endpoint.transport().send(request, attemptDeadline)) {
            if (!response.successful()) {
                return new LlmReply.Failed(endpoint.failures().read(response, attemptDeadline));
            }
            return isStream(response)
                    ? new CompletionStream(response, sink, attemptDeadline, endpoint, choices(call)).relay()
                    : new LlmReply.Failed(noStream(response, attemptDeadline));
        } catch (TransportException e) {
            return failed(e, attemptDeadline);
        } catch (InterruptedException _) {
            return cancelled();
        }
    }

    private LlmReply answer(Response response, AttemptDeadline attemptDeadline)
            throws TransportException, InterruptedException {
        try (var share = endpoint.memory().share()) {
            byte[] bytes = BoundedBodies.whole(response.body(), attemptDeadline, LARGEST_ANSWER, share);
            return endpoint.memory().read(bytes.length, () -> answer(bytes, response.headers()));
        }
    }

    private LlmReply answer(byte[] bytes, Headers headers) {
        Completion completion = AnswerReader.completion(bytes);
        if (completion == null || ErrorBody.mayBeIn(completion.extras())) {
            Failure failure = endpoint.failures().inside(bytes, headers);
            if (failure != null) {
                return new LlmReply.Failed(failure);
            }
        }
        if (completion == null) {
            return new LlmReply.Failed(new Failure.Unavailable("what it sent is no chat completion", null));
        }
        return EmptyReplyCheck.isEmpty(completion)
                ? new LlmReply.Failed(EmptyReplyCheck.FAILURE)
                : new LlmReply.Answered(endpoint.mask().masked(completion), RateLimitReader.allowance(headers));
    }

    private static int choices(LlmCall call) {
        Integer choices = call.sampling().choices();
        return choices == null ? 1 : choices;
    }

    /// Some answer a wish for a stream with an error in plain JSON and a status of success.
    private Failure noStream(Response response, AttemptDeadline attemptDeadline)
            throws TransportException, InterruptedException {
        byte[] body = BoundedBodies.beginning(response.body(), attemptDeadline);
        Failure failure = endpoint.failures().inside(body, response.headers());
        return failure != null ? failure : new Failure.Unavailable("asked for a stream, it sent something else", null);
    }

    private static boolean isStream(Response response) {
        String type = response.headers().get("content-type");
        if (type == null) {
            return true;
        }
        String lower = type.toLowerCase(Locale.ROOT);
        return !lower.contains("json") && !lower.contains("html");
    }

    private static LlmReply failed(TransportException e, AttemptDeadline attemptDeadline) {
        return new LlmReply.Failed(e.failure(attemptDeadline));
    }

    private static LlmReply cancelled() {
        Thread.currentThread().interrupt();
        return new LlmReply.Failed(new Failure.Cancelled());
    }
}
