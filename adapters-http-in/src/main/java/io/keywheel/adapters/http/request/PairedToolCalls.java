package io.keywheel.adapters.http.request;

import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Message.Reasoning;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.ToolCall;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// Moves the results of tool calls right after their calls.
///
/// Anthropic and OpenAI accept histories in other orders. Cerebras refuses a call without a result right after it,
/// a result without a call, and a repeated id. All other messages keep their order.
public final class PairedToolCalls {

    private static final Part NO_RESULT = new Part.Text("[no result]");
    private static final Part NO_CALL = new Part.Text("[result of an earlier tool call]");

    private final List<Message> history;

    /// The result of each call that has one. Calls are distinct objects, although their ids may be equal.
    private final Map<ToolCall, Message> resultOf = new IdentityHashMap<>();

    /// The results that have a call, by their index in the history.
    private final BitSet paired = new BitSet();

    private final List<Message> written = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();
    private int repeated = 1;

    private PairedToolCalls(List<Message> history) {
        this.history = history;
    }

    /// Results may contain images and files. Providers accept these only from users, so a user's message gets them.
    public static List<Message> of(List<Message> history) {
        var calls = new PairedToolCalls(turns(history));
        calls.pair();
        calls.write();
        return calls.written;
    }

    /// Joins consecutive messages of the assistant into one, if any of them has a tool call.
    private static List<Message> turns(List<Message> history) {
        var turns = new ArrayList<Message>();
        int from = 0;
        while (from < history.size()) {
            int to = from + 1;
            while (to < history.size() && isAssistant(history.get(from)) && isAssistant(history.get(to))) {
                to++;
            }
            List<Message> row = history.subList(from, to);
            boolean hasCalls =
                    row.stream().anyMatch(message -> !message.toolCalls().isEmpty());
            turns.addAll(hasCalls ? List.of(joined(row)) : row);
            from = to;
        }
        return turns;
    }

    private static boolean isAssistant(Message message) {
        return message.role() == Role.ASSISTANT;
    }

    private static Message joined(List<Message> row) {
        var content = new ArrayList<Part>();
        var toolCalls = new ArrayList<ToolCall>();
        var thoughts = new StringJoiner("\n");
        Reasoning last = null;
        for (Message message : row) {
            content.addAll(message.content());
            toolCalls.addAll(message.toolCalls());
            if (message.reasoning() != null) {
                last = message.reasoning();
                thoughts.add(last.text());
            }
        }
        Reasoning reasoning = last == null ? null : new Reasoning(thoughts.toString(), last.signature());
        return new Message(Role.ASSISTANT, content, toolCalls, null, false, reasoning, Extras.NONE);
    }

    /// A result belongs to the last earlier turn that calls its id, else to a later turn.
    private void pair() {
        var open = new HashMap<String, Queue<ToolCall>>();
        var early = new HashMap<String, Queue<Integer>>();
        for (int i = 0; i < history.size(); i++) {
            Message message = history.get(i);
            message.toolCalls().forEach(call -> open.remove(call.id()));
            for (ToolCall call : message.toolCalls()) {
                open.computeIfAbsent(call.id(), _ -> new ArrayDeque<>()).add(call);
            }
            if (message.toolCallId() != null) {
                Queue<ToolCall> same = open.getOrDefault(message.toolCallId(), new ArrayDeque<>());
                if (same.isEmpty()) {
                    early.computeIfAbsent(message.toolCallId(), _ -> new ArrayDeque<>())
                            .add(i);
                } else {
                    pair(same.remove(), i);
                }
            }
        }
        for (Message message : history) {
            for (ToolCall call : message.toolCalls()) {
                Queue<Integer> same = early.getOrDefault(call.id(), new ArrayDeque<>());
                if (!resultOf.containsKey(call) && !same.isEmpty()) {
                    pair(call, same.remove());
                }
            }
        }
    }

    private void pair(ToolCall call, int result) {
        resultOf.put(call, history.get(result));
        paired.set(result);
    }

    private void write() {
        for (int i = 0; i < history.size(); i++) {
            Message message = history.get(i);
            if (!message.toolCalls().isEmpty()) {
                writeTurn(message);
            } else if (message.toolCallId() == null) {
                written.add(message);
            } else if (!paired.get(i) && !message.content().isEmpty()) {
                var content = new ArrayList<Part>(List.of(NO_CALL));
                content.addAll(message.contentWithErrorPrefix());
                written.add(user(content));
            }
        }
    }

    private void writeTurn(Message message) {
        var renamed = new ArrayList<ToolCall>();
        var results = new ArrayList<Message>();
        var attachments = new ArrayList<Part>();
        for (ToolCall call : message.toolCalls()) {
            String id = unique(call.id());
            renamed.add(new ToolCall(id, call.name(), call.arguments(), call.extras()));
            results.add(result(id, resultOf.get(call), attachments));
        }
        written.add(
                new Message(message.role(), message.content(), renamed, null, false, message.reasoning(), Extras.NONE));
        written.addAll(results);
        if (!attachments.isEmpty()) {
            written.add(user(attachments));
        }
    }

    /// @param attachments receives the parts that are not text
    private static Message result(String id, @Nullable Message result, List<Part> attachments) {
        var texts = new ArrayList<Part>();
        for (Part part : result == null ? List.of(NO_RESULT) : result.content()) {
            if (part instanceof Part.Text) {
                texts.add(part);
            } else {
                attachments.add(part);
                texts.add(
                        new Part.Text("[" + (part instanceof Part.Image ? "image" : "file") + " in the next message]"));
            }
        }
        boolean failed = result != null && result.toolFailed();
        return new Message(Role.TOOL, texts, List.of(), id, failed, null, Extras.NONE);
    }

    private static Message user(List<Part> content) {
        return new Message(Role.USER, content, List.of(), null, Extras.NONE);
    }

    /// Each number is tried once, so that many equal ids take no more time than distinct ones.
    private String unique(String id) {
        String unique = id;
        while (!ids.add(unique)) {
            repeated++;
            unique = id + "_" + repeated;
        }
        return unique;
    }
}
