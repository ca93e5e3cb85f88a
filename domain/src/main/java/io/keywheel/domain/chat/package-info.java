/// Requests and answers of a chat, in the form that all providers share.
@NullMarked
package io.keywheel.domain.chat;

import org.jspecify.annotations.NullMarked;
