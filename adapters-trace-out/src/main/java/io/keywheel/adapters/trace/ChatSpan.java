package io.keywheel.adapters.trace;

import static io.opentelemetry.api.common.AttributeKey.doubleKey;
import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringArrayKey;

import io.keywheel.application.port.out.ChatStart;
import io.keywheel.application.port.out.ChatTrace;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Decimal;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.Target;
import io.keywheel.domain.status.TraceContext;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Records the span of one chat, with an event for each wait in the queue, and the spans of its attempts.
final class ChatSpan implements ChatTrace {

    private static final double SECOND = 1e9;

    /// The limit of the requested model's name, which a pattern in `KEYWHEEL_MODELS` may match at any length.
    private static final int LONGEST_MODEL = 200;

    private final Tracer tracer;
    private final Span chat;
    private final long began = System.nanoTime();
    private Duration wait = Duration.ZERO;
    private Span attempt = Span.getInvalid();
    private long attemptBegan;
    private int attempts;

    ChatSpan(Tracer tracer, ChatStart start) {
        this.tracer = tracer;
        String model = start.model().substring(0, Math.min(start.model().length(), LONGEST_MODEL));
        Sampling sampling = start.sampling();
        chat = tracer.spanBuilder("chat " + model)
                .setSpanKind(SpanKind.CLIENT)
                .setParent(TraceHeaders.read(start.trace()))
                .setAttribute("gen_ai.operation.name", "chat")
                .setAttribute("gen_ai.request.model", model)
                .setAttribute("gen_ai.request.stream", start.streamed())
                .setAttribute("keywheel.client", start.client())
                .setAttribute(longKey("gen_ai.request.max_tokens"), sampling.maxTokens())
                .setAttribute(doubleKey("gen_ai.request.temperature"), number(sampling.temperature()))
                .setAttribute(doubleKey("gen_ai.request.top_p"), number(sampling.topP()))
                .startSpan();
    }

    private static @Nullable Double number(@Nullable Decimal decimal) {
        return decimal == null ? null : Double.valueOf(decimal.text());
    }

    @Override
    public void waited(Duration time) {
        wait = wait.plus(time);
        chat.addEvent("keywheel.wait", Attributes.of(doubleKey("keywheel.wait"), time.toNanos() / SECOND));
    }

    @Override
    public void began(Step.Attempt step) {
        Target target = step.target();
        attempts++;
        attemptBegan = System.nanoTime();
        attempt = tracer.spanBuilder("attempt " + target.provider())
                .setSpanKind(SpanKind.CLIENT)
                .setParent(Context.root().with(chat))
                .setAttribute("keywheel.provider", target.provider().value())
                .setAttribute("keywheel.model", target.model().value())
                .setAttribute("keywheel.key.index", target.key().slot().ordinal())
                .setAttribute("keywheel.probe", !step.probes().isEmpty())
                .setAttribute("keywheel.wait", wait.toNanos() / SECOND)
                .startSpan();
        wait = Duration.ZERO;
    }

    @Override
    public void answering() {
        long now = System.nanoTime();
        attempt.setAttribute("keywheel.time_to_first_token", (now - attemptBegan) / SECOND);
        chat.setAttribute("gen_ai.response.time_to_first_chunk", (now - began) / SECOND);
    }

    @Override
    public void ended(Step.Attempt step, LlmReply reply) {
        String outcome = reply.outcome().label();
        attempt.setAttribute("keywheel.outcome", outcome);
        switch (reply) {
            case LlmReply.Answered(var completion, var _) -> answered(step.target(), completion);
            case LlmReply.Failed _ -> fail(attempt, outcome);
        }
        chat.setAttribute("gen_ai.provider.name", step.target().provider().value());
        attempt.end();
    }

    private void answered(Target target, Completion completion) {
        chat.setAttribute("gen_ai.response.model", target.model().value());
        chat.setAttribute(
                stringArrayKey("gen_ai.response.finish_reasons"),
                completion.choices().stream()
                        .map(choice -> choice.finishReason().label())
                        .toList());
        TokenUsage usage = completion.usage();
        if (usage != null) {
            chat.setAttribute("gen_ai.usage.input_tokens", usage.promptTokens())
                    .setAttribute("gen_ai.usage.output_tokens", usage.completionTokens())
                    .setAttribute(longKey("gen_ai.usage.cache_read.input_tokens"), usage.cachedTokens())
                    .setAttribute(longKey("gen_ai.usage.reasoning.output_tokens"), usage.reasoningTokens());
        }
    }

    /// Records the exception's type, but not its message, in which a provider may repeat the prompt.
    @Override
    public void ended(@Nullable Throwable failure) {
        chat.setAttribute("keywheel.attempts", attempts);
        if (failure != null) {
            fail(chat, label(failure));
        }
        chat.end();
    }

    /// `deadline_exceeded` for a `DeadlineExceededException`.
    private static String label(Throwable e) {
        return e.getClass()
                .getSimpleName()
                .replaceFirst("Exception$", "")
                .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
                .toLowerCase(Locale.ROOT);
    }

    private static void fail(Span span, String error) {
        span.setAttribute("error.type", error).setStatus(StatusCode.ERROR);
    }

    @Override
    public TraceContext context() {
        return TraceHeaders.write(attempt.getSpanContext().isValid() ? attempt : chat);
    }
}
