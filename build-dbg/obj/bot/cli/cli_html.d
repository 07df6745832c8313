build-dbg/obj/bot/cli/cli_html.o: bot/cli/cli_html.c bot/cli/cli_html.h
bot/cli/cli_html.h:
