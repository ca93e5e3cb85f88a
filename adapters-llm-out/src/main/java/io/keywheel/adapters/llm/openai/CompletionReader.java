package io.keywheel.adapters.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.llm.redaction.SecretRedactor;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.AnswerLimits;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Completion.Choice;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Reply;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.json.WrittenJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Reads whole answers: everything may be missing, and everything else may be there.
final class CompletionReader {

    private static final Set<String> ANSWER = Set.of("choices", "usage");
    private static final Set<String> CHOICE = Set.of("index", "message");
    private static final Set<String> ENDED_CHOICE = Set.of("index", "message", FinishReasons.NAME);
    private static final Set<String> ASSISTANT = Set.of("role", "content", "reasoning", "tool_calls");

    private CompletionReader() {}

    /// Reads one more than an answer may have, so that the count shows an excess.
    static final int MOST_CHOICES = AnswerLimits.CHOICES + 1;

    static LlmReply read(JsonNode root, RateLimitStatus rateLimitStatus, SecretRedactor secretRedactor) {
        List<Choice> choices = choices(root.path("choices"));
        if (choices.isEmpty()) {
            return new LlmReply.Failed(new Failure.Unavailable("what it sent is no chat completion", null));
        }
        var completion = new Completion(choices, UsageReader.read(root), WrittenJson.beyond(root, ANSWER));
        return isEmpty(completion)
                ? new LlmReply.Failed(EmptyReplyCheck.FAILURE)
                : new LlmReply.Answered(secretRedactor.masked(completion), rateLimitStatus);
    }

    private static List<Choice> choices(JsonNode choices) {
        var read = new ArrayList<Choice>();
        int position = 0;
        for (JsonNode choice : choices) {
            if (position == MOST_CHOICES) {
                break;
            }
            if (choice.path("message").isObject()) {
                read.add(choice(choice, position));
            }
            position++;
        }
        return read;
    }

    private static Choice choice(JsonNode choice, int position) {
        FinishReason reason = FinishReasons.reason(choice);
        return new Choice(
                Json.index(choice, position),
                reply(choice.path("message")),
                reason == null ? FinishReason.OTHER : reason,
                WrittenJson.beyond(choice, FinishReasons.isShared(choice) ? ENDED_CHOICE : CHOICE));
    }

    private static Reply reply(JsonNode message) {
        boolean assistant = "assistant".equals(Json.text(message, "role"));
        return new Reply(
                MessageContent.said(message),
                MessageContent.thought(message),
                ToolCallReader.read(message.path("tool_calls")),
                MessageContent.beyond(message, assistant ? ASSISTANT : MessageContent.NAMES));
    }

    private static boolean isEmpty(Completion completion) {
        return !EmptyReplyCheck.isExplainedBy(completion.finishReason())
                && completion.choices().stream()
                        .map(Choice::reply)
                        .noneMatch(reply -> reply.carriesContent() || EmptyReplyCheck.isFilledBy(reply.extras()));
    }
}
