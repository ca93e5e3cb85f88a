package io.keywheel.demo;

import java.net.URI;

final class DemoHints {

    private DemoHints() {}

    static String to(URI gateway, URI simulator) {
        return """

                The gateway stays up. See the keys take turns in a browser:

                  %1$s/console

                In another terminal, try:

                  curl -i %1$s/api/chat -d '{"messages":[{"role":"user","content":"Hello"}]}' \\
                    -H 'Content-Type: application/json'
                  curl -N %1$s/api/chat/stream -d '{"messages":[{"role":"user","content":"Hello"}]}' \\
                    -H 'Content-Type: application/json'
                  curl -i %1$s/api/chat -H 'Content-Type: application/json' \\
                    -d '{"model":"openai/gpt-oss-20b","messages":[{"role":"user","content":"Hello"}]}'
                  curl %1$s/v1/chat/completions -H 'Content-Type: application/json' \\
                    -d '{"model":"auto","messages":[{"role":"user","content":"Hello"}]}'
                  curl %1$s/v1/messages -H 'Content-Type: application/json' \\
                    -d '{"model":"auto","max_tokens":300,"messages":[{"role":"user","content":"Hello"}]}'
                  curl %1$s/v1/responses -H 'Content-Type: application/json' \\
                    -d '{"model":"auto","input":"Hello"}'
                  curl %1$s/v1/models
                  curl %1$s/api/keys
                  curl %1$s/health

                Any OpenAI client works with the base URL %1$s/v1, any API key, and the model auto, which stands for the
                providers' default models. KEYWHEEL_MODELS defines other names: with 'claude-*=auto', Claude Code can ask, too.

                What the simulated providers were sent:

                  curl %2$scontrol/requests

                Ctrl-C stops it.""".formatted(gateway, simulator);
    }
}
