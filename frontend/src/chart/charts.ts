/** Everything that draws, in one file that is loaded when a card first shows a chart. */

import "./curve";
import "./profile";
