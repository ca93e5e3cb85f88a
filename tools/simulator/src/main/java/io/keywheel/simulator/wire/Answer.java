package io.keywheel.simulator.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What is answered, before it takes the form of a wire.
///
/// @param reasoning in tokens
/// @param text in tokens
/// @param finish `stop`, `length` or `tool_calls`
public record Answer(List<String> reasoning, List<String> text, List<Call> calls, String finish, int promptTokens) {

    private static final String THOUGHT = "The user asks something simple. Answer it.";

    /// A call of a tool.
    ///
    /// @param arguments JSON
    public record Call(String tool, String arguments) {}

    /// The answer to a chat: always the same for the same chat, and telling who gave it to what.
    ///
    /// @param index of the choice, from 0
    static Answer to(Chat chat, String provider, boolean reasons, int index) {
        var thought = reasons ? Tokens.of(THOUGHT) : List.<String>of();
        int prompt = chat.promptTokens();
        var calls = calls(chat);
        if (!calls.isEmpty()) {
            return new Answer(thought, List.of(), calls, "tool_calls", prompt);
        }
        var said = provider + "/" + chat.model() + " says: " + (chat.endsWithTool() ? "The tool said" : "You asked")
                + " \"" + chat.question() + "\" (message " + chat.messages().size() + " of this conversation"
                + (index == 0 ? "" : ", choice " + (index + 1)) + ").";
        var text = chat.wantsJson() ? Json.object().put("answer", said).toString() : said;
        var whole = new Answer(thought, Tokens.of(text), List.of(), "stop", prompt);
        return whole.within(chat.maxTokens().orElse(Integer.MAX_VALUE));
    }

    /// A tool is called when the question is `call:NAME {"json":…}`, or when the chat insists. Several lines are
    /// several calls, unless the chat wants no parallel ones.
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
        return new Answer(
                reasoning.subList(0, thought), text.subList(0, tokens - thought), List.of(), "length", promptTokens);
    }

    /// The same with nothing in it.
    public Answer empty() {
        return new Answer(List.of(), List.of(), List.of(), "stop", promptTokens);
    }

    /// The same without the text.
    public Answer thoughtOnly() {
        return new Answer(reasoning, List.of(), List.of(), "length", promptTokens);
    }

    int completionTokens() {
        int called = calls.stream()
                .mapToInt(call -> Tokens.count(call.tool() + call.arguments()))
                .sum();
        return reasoning.size() + text.size() + called;
    }

    /// The pieces of a list joined by so many, as some servers send several tokens at once.
    static List<String> joined(List<String> tokens, int size) {
        var pieces = new ArrayList<String>();
        for (int i = 0; i < tokens.size(); i += size) {
            pieces.add(String.join("", tokens.subList(i, Math.min(i + size, tokens.size()))));
        }
        return pieces;
    }
}
