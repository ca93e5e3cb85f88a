package io.keywheel.simulator;

import io.keywheel.simulator.Step.Framing;
import io.keywheel.simulator.Step.Head;
import io.keywheel.simulator.Step.Part;
import io.keywheel.simulator.Step.Stop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Answers that say something else than they should, or nothing.
record Malformed(RequestHandler handler, ProviderRequest asked) {

    private static final String PAGE = "<html><body>It works!</body></html>";

    List<Step> reply(ProtocolAnomaly anomaly, FaultInjector injector) {
        return switch (anomaly) {
            case EMPTY_TEXT -> injector.with(Answer::empty);
            case EMPTY_BY_LENGTH -> injector.with(Answer::thoughtOnly);
            case ONLY_DONE -> saying(streams() ? Events.DONE.text() : "{}");
            case NOTHING -> saying("");
            case NOT_JSON -> saying(streams() ? "data: " + PAGE + "\n\n" : PAGE);
            case TRUNCATED_JSON -> truncated(injector.none(), Moment.afterTokens(1));
            case BROKEN_EVENT -> truncated(injector.none(), Moment.BEFORE_CONTENT);
            case NO_DONE -> without(injector.none());
            case SILENT_CLOSE -> silentlyClosed(injector.none());
            case INTERIM_103 -> interim(injector.none());
            case CLOSE_DELIMITED -> closeDelimited(injector.none());
            case ECHO_KEY ->
                handler.error(
                        asked,
                        ProviderError.invalid(
                                null,
                                "Cannot process a request with Authorization: "
                                        + asked.request().header("authorization")));
            case REDIRECT -> redirect();
        };
    }

    List<Step> streamError(List<Step> steps, int tokens) {
        var error = KnownErrors.internal();
        if (!Edit.streams(steps)) {
            return Reply.json(
                    200, asked.dialect().headers(asked.stamp()), asked.dialect().error(error));
        }
        var moment = tokens == 0 ? Moment.BEFORE_CONTENT : Moment.afterTokens(tokens);
        var broken = new ArrayList<>(Edit.upTo(steps, moment));
        broken.add(asked.dialect().errorEvent(error));
        broken.add(Stop.END);
        return broken;
    }

    private boolean streams() {
        return asked.chat().stream();
    }

    private List<Step> saying(String body) {
        var type = streams() ? asked.dialect().eventStream() : "application/json";
        return Reply.text(200, type, asked.dialect().headers(asked.stamp()), body);
    }

    private List<Step> truncated(List<Step> steps, Moment moment) {
        if (!Edit.streams(steps)) {
            var body = new StringBuilder();
            for (var step : Edit.upTo(steps, Moment.afterTokens(1))) {
                if (step instanceof Part part) {
                    body.append(part.text());
                }
            }
            return saying(body.toString());
        }
        var broken = new ArrayList<>(Edit.upTo(steps, moment));
        broken.add(new Part("data: {\"id\":\"chatcmpl-" + asked.stamp().id() + "\",\"choices\":[{\"del\n\n", true));
        if (moment.equals(Moment.BEFORE_CONTENT)) {
            broken.addAll(steps.subList(broken.size(), steps.size()));
        } else {
            broken.add(Stop.END);
        }
        return broken;
    }

    private static List<Step> without(List<Step> steps) {
        var rest = new ArrayList<>(steps);
        rest.remove(Events.DONE);
        return rest;
    }

    private static List<Step> silentlyClosed(List<Step> steps) {
        var changed = new ArrayList<>(steps);
        changed.replaceAll(step -> step == Stop.END ? Stop.END_AND_CLOSE : step);
        return changed;
    }

    private static List<Step> interim(List<Step> steps) {
        var more = new ArrayList<Step>(List.of(new Step.Interim(103)));
        more.addAll(steps);
        return more;
    }

    private static List<Step> closeDelimited(List<Step> steps) {
        var changed = new ArrayList<>(steps);
        changed.replaceAll(step -> {
            if (!(step instanceof Head head)) {
                return step;
            }
            var headers = new LinkedHashMap<>(head.headers());
            headers.remove("content-length");
            headers.put("connection", "close");
            return new Head(head.status(), headers, Framing.UNTIL_CLOSE);
        });
        return changed;
    }

    private List<Step> redirect() {
        var other = asked.provider() == Provider.COMPATIBLE ? Provider.GROQ : Provider.COMPATIBLE;
        return Reply.text(307, "text/plain", Map.of("location", other.path() + asked.path()), "Moved\n");
    }
}
