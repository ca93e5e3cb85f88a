/// What an operator decides: read from the environment and from `.env`, checked as a whole, typed once.
///
/// No problem, warning, notice or `toString` of this package shows a value: any of them may be a secret that
/// was written into the wrong place.
@NullMarked
package io.keywheel.bootstrap.settings;

import org.jspecify.annotations.NullMarked;
