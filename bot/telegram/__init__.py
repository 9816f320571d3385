"""The coach on Telegram, by long polling.

    receive   asks Telegram for updates and commits them to the inbox
    read      an update -> what happened, in the engine's inputs      (pure)
    work      inbox -> coach, one student's updates in order
    send      outbox -> Telegram
    schedule  which message may go next, and when                     (pure)
    render    a row of the outbox -> calls of the Bot API             (pure)
    api       the calls themselves, and what their failures mean
    plain     what is said when the store cannot be used
    edge      what all of them stand on
    menu      the commands, as Telegram lists them
    patience  waiting: back-off, and a store that is full or locked

Its law: between Telegram and the coach everything passes through the inbox and the outbox, so a kill at any point loses
nothing that Telegram or we have already promised.
"""
