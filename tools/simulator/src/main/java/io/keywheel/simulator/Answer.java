package io.keywheel.simulator;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is answered, before it takes the form of a wire.
///
/// @param reasoning in tokens
/// @param text in tokens
/// @param finish `stop`, `length` or `tool_calls`
record Answer(
        List<String> reasoning, List<String> text, @Nullable Call call, String finish, int promptTokens) {

    private static final String THOUGHT = "The user asks something simple. Answer it.";

    /// @param arguments JSON
    record Call(String tool, String arguments) {}

    /// The answer to a chat: always the same for the same chat, and telling who gave it to what.
    ///
    /// @param index of the choice, from 0
    static Answer to(Chat chat, String provider, boolean reasons, int index) {
        var thought = reasons ? Tokens.of(THOUGHT) : List.<String>of();
        int prompt = chat.promptTokens();
        var call = call(chat);
        if (call != null) {
            return new Answer(thought, List.of(), call, "tool_calls", prompt);
        }
        var said = provider + "/" + chat.model() + " says: " + (chat.endsWithTool() ? "The tool said" : "You asked")
                + " \"" + chat.question() + "\" (message " + chat.messages().size() + " of this conversation"
                + (index == 0 ? "" : ", choice " + (index + 1)) + ").";
        var text = chat.wantsJson() ? Json.object().put("answer", said).toString() : said;
        var whole = new Answer(thought, Tokens.of(text), null, "stop", prompt);
        return whole.within(chat.maxTokens().orElse(Integer.MAX_VALUE));
    }

    /// A tool is called when the question is `call:NAME {"json":…}`, or when the chat insists.
    private static @Nullable Call call(Chat chat) {
        var choice = chat.body().path("tool_choice");
        if (chat.tools().isEmpty() || choice.asText().equals("none")) {
            return null;
        }
        var question = chat.question().strip();
        if (question.startsWith("call:")) {
            var words = question.substring("call:".length()).split("\\s+", 2);
            if (chat.offers(words[0])) {
                return new Call(words[0], words.length == 2 ? words[1] : "{}");
            }
        }
        if (choice.isObject()) {
            return new Call(choice.path("function").path("name").asText(), "{}");
        }
        if (choice.asText().equals("required")) {
            return new Call(
                    chat.tools().getFirst().path("function").path("name").asText(), "{}");
        }
        return null;
    }

    private Answer within(int tokens) {
        if (reasoning.size() + text.size() <= tokens) {
            return this;
        }
        int thought = Math.min(reasoning.size(), tokens);
        return new Answer(
                reasoning.subList(0, thought), text.subList(0, tokens - thought), null, "length", promptTokens);
    }

    Answer empty() {
        return new Answer(List.of(), List.of(), null, "stop", promptTokens);
    }

    Answer thoughtOnly() {
        return new Answer(reasoning, List.of(), null, "length", promptTokens);
    }

    int completionTokens() {
        return reasoning.size() + text.size() + (call == null ? 0 : Tokens.count(call.tool() + call.arguments()));
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
