package io.keywheel.adapters.http;

import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.AnswerSink;
import io.keywheel.application.port.in.ChatException.ChatCancelledException;
import io.keywheel.application.port.in.ServedBy;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Content;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Target;
import io.keywheel.domain.status.PoolStatus;
import io.keywheel.timing.Waiting;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// Keys, answers and failures to test with.
public final class Samples {

    public static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    public static final String HELLO = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    public static final ProviderId GROQ = new ProviderId("groq");
    static final ProviderId CEREBRAS = new ProviderId("cerebras");
    static final TokenUsage USAGE = new TokenUsage(5, 7, 12);

    private Samples() {}

    public static PoolKey key(ProviderId provider, int ordinal) {
        return new PoolKey(
                new KeySlot(provider, ordinal), new QuotaGroup(provider, "#" + ordinal), fingerprint(ordinal));
    }

    private static String fingerprint(int ordinal) {
        String number = String.valueOf(ordinal);
        return "0badcaf0".substring(0, 8 - number.length()) + number;
    }

    static Target target(ProviderId provider, int ordinal) {
        return new Target(key(provider, ordinal), new ModelId("gpt-oss-120b"), true);
    }

    public static FailedAttempt limited(ProviderId provider, int ordinal) {
        return failed(provider, ordinal, new Failure.RateLimited("too many requests", null, RateLimitStatus.UNKNOWN));
    }

    public static FailedAttempt failed(ProviderId provider, int ordinal, Failure failure) {
        return new FailedAttempt(target(provider, ordinal), failure, false, 0);
    }

    public static ServedBy servedBy(FailedAttempt... before) {
        return new ServedBy(target(CEREBRAS, 1), List.of(before));
    }

    public static Answer answer(String text, FailedAttempt... before) {
        return new Answer(Completion.of(Content.of(text), FinishReason.STOP, USAGE), servedBy(before));
    }

    static void begin(AnswerSink sink, String... texts) {
        sink.open(servedBy());
        for (String text : texts) {
            sink.accept(Chunk.text(text));
        }
    }

    public static Answer stream(AnswerSink sink, String... texts) {
        begin(sink, texts);
        return new Answer(Completion.streamed(FinishReason.STOP, USAGE), servedBy());
    }

    /// Streams `one`, and `two` once `mayEnd` is down.
    static Answer pause(AnswerSink sink, CountDownLatch mayEnd) {
        begin(sink, "one");
        Waiting.latch(mayEnd);
        return stream(sink::accept, "two");
    }

    /// Streams `begun` and then blocks until the chat is interrupted.
    static Answer stall(AnswerSink sink) {
        begin(sink, "begun");
        if (Waiting.interrupt()) {
            throw new ChatCancelledException(List.of());
        }
        throw new AssertionError("this chat was not ended");
    }

    static PoolStatus status(PoolStatus.ProviderStatus... providers) {
        return new PoolStatus(NOW, List.of(providers), providers[0].id(), NOW.plusSeconds(30));
    }
}
