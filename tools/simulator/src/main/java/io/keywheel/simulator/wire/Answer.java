package io.keywheel.simulator.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// An answer in no particular format.
///
/// @param reasoning split into tokens
/// @param text split into tokens
/// @param finish `stop`, `length` or `tool_calls`
public record Answer(List<String> reasoning, List<String> text, List<Call> calls, String finish) {

    private static final String THOUGHT = "The user asks something simple. Answer it.";

    /// A tool call.
    ///
    /// @param arguments in JSON
    public record Call(String tool, String arguments) {}

    /// The deterministic answer to a chat. Its text names the provider, the model and the question.
    ///
    /// @param index the index of the choice, from 0
    static Answer to(Chat chat, String provider, boolean reasons, int index) {
        var thought = reasons ? Tokens.of(THOUGHT) : List.<String>of();
        var calls = calls(chat);
        if (!calls.isEmpty()) {
            return new Answer(thought, List.of(), calls, "tool_calls");
        }
        var said = provider + "/" + chat.model() + " says: " + (chat.endsWithTool() ? "The tool said" : "You asked")
                + " \"" + chat.question() + "\" (message " + chat.messages().size() + " of this conversation"
                + (index == 0 ? "" : ", choice " + (index + 1)) + ").";
        var text = chat.wantsJson() ? Json.object().put("answer", said).toString() : said;
        var whole = new Answer(thought, Tokens.of(text), List.of(), "stop");
        return whole.within(chat.maxTokens().orElse(Integer.MAX_VALUE));
    }

    /// Calls a tool if the question is `call:NAME {"json":…}`, or if `tool_choice` requires it. Several such
    /// lines are several calls, unless the chat disables parallel calls.
    private static List<Call> calls(Chat chat) {
        var choice = chat.body().path("tool_choice");
        if (chat.tools().isEmpty() || choice.asText().equals("none")) {
            return List.of();
        }
        var calls = Arrays.stream(chat.question().strip().split("\\R(?=call:)"))
                .filter(line -> line.startsWith("call:"))
                .map(line -> line.substring("call:".length()).split("\\s+", 2))
                .filter(words -> chat.offers(words[0]))
                .map(words -> new Call(words[0], words.length == 2 ? words[1] : "{}"))
                .limit(chat.body().path("parallel_tool_calls").asBoolean(true) ? Long.MAX_VALUE : 1)
                .toList();
        if (!calls.isEmpty()) {
            return calls;
        }
        if (choice.isObject()) {
            return List.of(new Call(choice.path("function").path("name").asText(), "{}"));
        }
        if (choice.asText().equals("required")) {
            return List.of(new Call(
                    chat.tools().getFirst().path("function").path("name").asText(), "{}"));
        }
        return List.of();
    }

    private Answer within(int tokens) {
        if (reasoning.size() + text.size() <= tokens) {
            return this;
        }
        int thought = Math.min(reasoning.size(), tokens);
        return new Answer(reasoning.subList(0, thought), text.subList(0, tokens - thought), List.of(), "length");
    }

    public Answer empty() {
        return new Answer(List.of(), List.of(), List.of(), "stop");
    }

    /// A copy without text, which ends by length.
    public Answer thoughtOnly() {
        return new Answer(reasoning, List.of(), List.of(), "length");
    }

    int completionTokens() {
        int called = calls.stream()
                .mapToInt(call -> Tokens.of(call.tool() + call.arguments()).size())
                .sum();
        return reasoning.size() + text.size() + called;
    }

    /// Joins each `size` tokens, because some servers send several tokens in one chunk.
    static List<String> joined(List<String> tokens, int size) {
        var pieces = new ArrayList<String>();
        for (int i = 0; i < tokens.size(); i += size) {
            pieces.add(String.join("", tokens.subList(i, Math.min(i + size, tokens.size()))));
        }
        return pieces;
    }
}
