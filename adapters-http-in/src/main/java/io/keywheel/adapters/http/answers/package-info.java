/// Answers that consist of blocks, for the APIs that have such. It depends on no API.
@NullMarked
package io.keywheel.adapters.http.answers;

import org.jspecify.annotations.NullMarked;
