package io.keywheel.application.service;

import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.failover.FailurePolicy;
import io.keywheel.domain.failover.Step;
import org.jspecify.annotations.Nullable;

/// The cost of an attempt in tokens, for the limits of its key and of its client.
final class AttemptCost {

    private AttemptCost() {}

    /// The tokens of an attempt for its client's limits: none if the provider cannot have worked on the request.
    static TokenUsage ofClient(ChatCommand command, LlmReply reply, @Nullable CommitGate gate) {
        return switch (reply) {
            case LlmReply.Failed(var failure) ->
                FailurePolicy.of(failure).provider() == FailurePolicy.Provider.MAY_HAVE_WORKED
                        ? partial(command, gate)
                        : TokenUsage.NONE;
            case LlmReply.Answered(var completion, var _) -> {
                TokenUsage usage = reported(completion);
                yield usage == null
                        ? estimate(command, gate == null ? completion.characters() : gate.characters())
                        : whole(usage);
            }
        };
    }

    /// The tokens of an attempt for its key's limits: those for its client's limits, but the estimate for an answer
    /// without a reported usage.
    ///
    /// @param ofClient the result of [#ofClient]
    static long ofKey(Step.Attempt attempt, LlmPort port, LlmReply reply, TokenUsage ofClient) {
        if (reply instanceof LlmReply.Answered(var completion, var _) && reported(completion) == null) {
            return attempt.estimatedTokens();
        }
        Long cached = ofClient.cachedTokens();
        return ofClient.totalTokens() - (cached == null || port.countsCachedTokens() ? 0 : cached);
    }

    private static @Nullable TokenUsage reported(Completion completion) {
        TokenUsage usage = completion.usage();
        return usage == null || usage.isZero() ? null : usage;
    }

    /// What only the total has, such as Gemini's thoughts (mozilla-ai/any-llm 1290), counts as part of the answer.
    private static TokenUsage whole(TokenUsage usage) {
        long prompt = usage.promptTokens();
        long answer = Math.max(usage.completionTokens(), usage.totalTokens() - prompt);
        return new TokenUsage(
                prompt, answer, usage.totalTokens(), usage.cachedTokens(), usage.reasoningTokens(), usage.extras());
    }

    /// The usage of an incomplete answer. Some providers report only the prompt at the start, others count in each
    /// chunk. So the answer's tokens are the larger of the reported and the estimated ones.
    private static TokenUsage partial(ChatCommand command, @Nullable CommitGate gate) {
        TokenUsage estimate = estimate(command, gate == null ? 0 : gate.characters());
        TokenUsage reported = gate == null ? null : gate.usage();
        if (reported == null || reported.promptTokens() == 0) {
            return estimate;
        }
        long prompt = reported.promptTokens();
        long answer = Math.max(reported.completionTokens(), estimate.completionTokens());
        return new TokenUsage(
                prompt, answer, prompt + answer, reported.cachedTokens(), reported.reasoningTokens(), Extras.NONE);
    }

    private static TokenUsage estimate(ChatCommand command, long answered) {
        long prompt = TokenEstimate.prompt(command.conversation());
        long answer = TokenEstimate.ofCharacters(answered);
        return new TokenUsage(prompt, answer, prompt + answer);
    }
}
